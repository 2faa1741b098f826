// One of the clients that people use, as a client of matcha: signs in, sends, receives, likes, and prints what it saw,
// one JSON object a line.
//
//   node matcha.js <2 or 4> <transports, by comma> <server> <url> <path> <login> <password>
"use strict";

const [, , version, transports, server, url, path, login, password] = process.argv;
const io = require(`socket.io-client-${version}`);

function say(step, seen) {
  console.log(JSON.stringify({ step, ...seen }));
}

function once(socket, event) {
  return new Promise((resolve) => socket.once(event, (...seen) => resolve(seen)));
}

function ask(socket, ...event) {
  return new Promise((resolve) => socket.emit(...event, (...answer) => resolve(answer)));
}

async function main() {
  const answer = await fetch(server + "/api/signin", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ login, password }),
  });
  const me = await answer.json();
  say("signed in", { message: me.message, id: me.user_id });

  const socket = io(url, {
    path,
    transports: transports.split(","),
    forceNew: true,
    auth: { token: me.access_token },
    query: { token: me.access_token },
  });
  await once(socket, "connect");
  const engine = socket.io.engine;
  if (transports === "polling,websocket" && engine.transport.name !== "websocket") {
    await once(engine, "upgrade");
  }
  const notification = once(socket, "notification");
  const messages = [];
  socket.on("receive_message", (message) => messages.push(message));
  const error = once(socket, "error");
  say("ready", { answer: await ask(socket, "connect_logged_user", me.user_id), transport: engine.transport.name });

  // Whoever is on the other side has said something before, and likes whoever answers.
  while (messages.length < 1) {
    await once(socket, "receive_message");
  }
  const partner = messages[0];
  say("missed", { message: partner });
  await ask(socket, "join", String(partner.chat_id));
  say("sent", {
    answer: await ask(socket, "message", {
      text: "Hello from " + version,
      chat_id: String(partner.chat_id),
      author: login,
      creation_date: new Date(),
      partner_id: String(partner.partner_id),
    }),
  });
  say("notified", { notification: (await notification)[0] });
  socket.emit("join", 999999999999);
  say("refused", { error: (await error)[0] });
  socket.close();
}

main().then(
  () => process.exit(0),
  (problem) => {
    console.error(problem);
    process.exit(1);
  },
);
setTimeout(() => {
  console.error("gave up");
  process.exit(2);
}, 20000);
