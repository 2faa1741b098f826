// One of the clients that people use, against the suite's server: does what the suite has it do, and prints what it
// saw, one JSON object a line.
//
//   node clients.js <2 or 4> <transports, by comma> <url> <path>
"use strict";

const [, , version, transports, url, path] = process.argv;
const io = require(`socket.io-client-${version}`);

const TEXTS = ["plain", "שלום, عالم", "😀👩‍👩‍👧", "two\nlines\r\n\ttab", "\u001e is a separator", "1:2", "\u2028\u0000 end"];

function say(step, seen) {
  console.log(JSON.stringify({ step, ...seen }));
}

function once(socket, event) {
  return new Promise((resolve) => socket.once(event, (...seen) => resolve(seen)));
}

function ask(socket, ...event) {
  return new Promise((resolve) => socket.emit(...event, (...answer) => resolve(answer)));
}

const engineOf = (socket) => socket.io.engine;

async function main() {
  const socket = io(url, {
    path,
    transports: transports.split(","),
    forceNew: true,
    autoConnect: false,
    reconnectionDelay: 20,
    reconnectionDelayMax: 50,
    auth: { token: "t" },
    query: { token: "t" },
  });
  const auth = once(socket, "auth");
  socket.connect();
  await once(socket, "connect");
  say("connected", { id: socket.id, auth: await auth });

  if (transports === "polling,websocket" && engineOf(socket).transport.name !== "websocket") {
    await once(engineOf(socket), "upgrade");
  }
  say("transport", { name: engineOf(socket).transport.name });

  const back = [];
  socket.on("message-back", (text) => back.push(text));
  TEXTS.forEach((text) => socket.emit("message", text));
  say("ack", { answer: await ask(socket, "message-with-ack", 1, { two: TEXTS }) });
  say("texts", { same: JSON.stringify(back) === JSON.stringify(TEXTS) });

  const large = "€".repeat(200000);
  say("large", { same: (await ask(socket, "message-with-ack", large))[0] === large });

  socket.once("question", (why, answer) => answer("because " + why));
  const answered = once(socket, "answered");
  socket.emit("ask", "why");
  say("answered", { answer: await answered });

  const numbers = [];
  const last = new Promise((resolve) => socket.on("number", (n) => numbers.push(n) === 300 && resolve()));
  socket.emit("count", 300);
  await last;
  say("numbers", { inOrder: numbers.every((n, i) => n === i + 1) });

  const refused = once(socket, "error");
  socket.emit("message", Buffer.from([1, 2, 3]), Buffer.from([4]));
  say("binary", { error: (await refused)[0], still: await ask(socket, "message-with-ack", "here") });

  engineOf(socket).close();
  await once(socket, "connect");
  say("reconnected", { answer: await ask(socket, "message-with-ack", "again") });

  const disconnected = once(socket, "disconnect");
  socket.emit("kick");
  say("kicked", { reason: (await disconnected)[0] });

  const closed = io(url.replace(/(:\d+)\/.*/, "$1/closed"), { path, transports: transports.split(","), forceNew: true });
  const error = (await once(closed, version === "2" ? "error" : "connect_error"))[0];
  say("refused", { error: typeof error === "string" ? error : error.message });
  closed.close();
  socket.close();
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
setTimeout(() => {
  console.error("gave up");
  process.exit(2);
}, 20000);
