// pymessage in a few lines: Ada and Bob make accounts on their sockets; she writes to him, and he sees it.
//
//   node examples/pymessage.mjs ws://localhost:8080
//
// Node 22 or newer; Node 20 with --experimental-websocket.

const [server] = process.argv.slice(2);
const suffix = Date.now();

async function connect(name) {
  const socket = new WebSocket(`${server.replace(/^http/, 'ws')}/pymessage`);
  const frames = [];
  let wake = () => {};
  socket.onmessage = ({ data }) => { frames.push(JSON.parse(data)); wake(); };
  await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = reject; });
  return {
    send: frame => socket.send(JSON.stringify(frame)),
    close: () => socket.close(),
    async next() {
      while (frames.length === 0) await new Promise(resolve => { wake = resolve; });
      const frame = frames.shift();
      console.log(`${name} got`, JSON.stringify(frame));
      return frame;
    },
  };
}

setTimeout(() => { console.error('nothing came'); process.exit(1); }, 20_000).unref();
const ada = await connect('ada');
ada.send({ type: 'create_acc', username: `ada-py-${suffix}`, pin: 1234 });
const adasId = (await ada.next()).id;
const bob = await connect('bob');
bob.send({ type: 'create_acc', username: `bob-py-${suffix}`, pin: 'a good pin' });
const bobsId = (await bob.next()).id;

ada.send({ type: 'send_msg', recipient: bobsId, content: 'Hello, Bob!' });
if ((await ada.next()).status !== 'success') throw new Error('it was not sent');
const message = await bob.next();
if (message.content !== 'Hello, Bob!' || message.sender !== adasId) throw new Error('that is not what Ada wrote');
ada.close();
bob.close();
