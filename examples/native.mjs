// The native protocol in a few lines: Ada and Bob register, she opens a chat, he listens on the socket, she writes
// by a call, and he sees it.
//
//   node examples/native.mjs http://localhost:8080
//
// Node 22 or newer; Node 20 with --experimental-websocket.

const [server] = process.argv.slice(2);
const suffix = Date.now();

async function call(path, token, body) {
  const answer = await fetch(server.replace(/^ws/, 'http') + path, {
    method: body ? 'POST' : 'GET',
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function register(name) {
  const { access_token: token } = await call('/register', null, { username: `${name}-${suffix}`, password: 'a good password' });
  return { token, ...(await call('/user/me', token)) };
}

setTimeout(() => { console.error('nothing came'); process.exit(1); }, 20_000).unref();
const ada = await register('ada-native');
const bob = await register('bob-native');
const chat = await call('/chat/private/create', ada.token, { with_user_id: bob.id });

// a WebSocket of browsers has no headers: the token goes as a sub-protocol
const socket = new WebSocket(`${server.replace(/^http/, 'ws')}/ws`, ['koine.v1', `bearer.${bob.token}`]);
await new Promise((resolve, reject) => {
  socket.onerror = reject;
  socket.onmessage = async ({ data }) => {
    const frame = JSON.parse(data);
    console.log('bob got', data);
    if (frame.type === 'hello') socket.send(JSON.stringify({ type: 'resume', ref: 'first' }));
    if (frame.type === 'synced') await call(`/chat/${chat.id}/message`, ada.token, { contents: 'Hello, Bob!', key: 'ada-1' });
    if (frame.type === 'message' && frame.message.contents === 'Hello, Bob!') resolve();
  };
});
socket.close();
