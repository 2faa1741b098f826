// uchat in a few lines: Ada signs up and opens a room with Bob, who is there; she writes, he sees it.
//
//   node examples/uchat.mjs ws://localhost:8080
//
// Node 22 or newer; Node 20 with --experimental-websocket.

const [server] = process.argv.slice(2);
const suffix = Date.now();

async function signUp(name) {
  const socket = new WebSocket(`${server.replace(/^http/, 'ws')}/uchat`);
  const frames = [];
  let wake = () => {};
  socket.onmessage = ({ data }) => { frames.push(JSON.parse(data)); wake(); };
  await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = reject; });
  const client = {
    login: `${name}-${suffix}`,
    send: frame => socket.send(JSON.stringify(frame)),
    close: () => socket.close(),
    async next() {
      while (frames.length === 0) await new Promise(resolve => { wake = resolve; });
      const frame = frames.shift();
      console.log(`${name} got`, JSON.stringify(frame));
      return frame;
    },
  };
  client.send({ type: 'REQUEST_SIGNUP', login: client.login, pass: 'a good password' });
  if ((await client.next()).status !== 'SINGUP_OK') throw new Error(`${name} can't sign up`);
  return client;
}

setTimeout(() => { console.error('nothing came'); process.exit(1); }, 20_000).unref();
const ada = await signUp('ada');
const bob = await signUp('bob');

ada.send({ type: 'CREATE_ROOM', username: ada.login, customer: bob.login });
const room = (await ada.next()).id;
ada.send({ type: 'SND_MSG', username: ada.login, room_id: room, message: 'Hello, Bob!', msg_type: 'TEXT' });
await ada.next();

await bob.next(); // the room
const message = await bob.next();
if (message.message !== 'Hello, Bob!' || message.sender !== ada.login) throw new Error('that is not what Ada wrote');
ada.close();
bob.close();
