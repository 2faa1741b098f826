// Two people who talk by the matcha protocol: one says hello and likes the other, who sees both.
//
//   npm install && node index.js http://localhost:8080
"use strict";

const { io } = require("socket.io-client");

const url = process.argv[2] ?? "http://localhost:8080";

async function call(method, path, body) {
  const answer = await fetch(url + path, {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const told = await answer.json();
  if (!answer.ok) {
    throw new Error(`${path}: ${answer.status} ${JSON.stringify(told)}`);
  }
  return told;
}

// matcha has no call to register: the native protocol has.
async function somebody(name) {
  const login = `${name}-${Date.now()}`;
  await call("POST", "/register", { username: login, password: "123Wertyq" });
  return call("POST", "/api/signin", { login, password: "123Wertyq" });
}

async function connect(person) {
  const socket = io(url + "/api/socket", { auth: { token: person.access_token }, forceNew: true });
  socket.on("error", (problem) => console.error("error", problem));
  socket.on("connect_error", (problem) => console.error("connect_error", problem.message));
  // What has no answer in 10 seconds fails.
  await socket.timeout(10000).emitWithAck("connect_logged_user", person.user_id);
  return socket;
}

const next = (socket, event) => new Promise((resolve) => socket.once(event, resolve));

async function main() {
  const [ann, ben] = [await somebody("ann"), await somebody("ben")];
  const [anns, bens] = [await connect(ann), await connect(ben)];

  const message = next(bens, "receive_message");
  const sent = await anns.timeout(10000).emitWithAck("message", {
    text: "Hello",
    author: ann.login,
    partner_id: ben.user_id,
  });
  const came = await message;
  console.log(`${came.author} says ${came.text}`);

  const notification = next(bens, "notification");
  anns.emit("manage_notification", { author: ann.login, partner_id: ben.user_id, type: "like" });
  const told = await notification;
  console.log(`${told.author} likes ${ben.login}`);

  if (came.message_id !== sent.message_id || came.author !== ann.login || told.type !== "like") {
    throw new Error("that is not what was said");
  }
}

setTimeout(() => {
  console.error("nothing came for 30 seconds");
  process.exit(1);
}, 30000).unref();

main().then(
  () => process.exit(0),
  (problem) => {
    console.error(problem);
    process.exit(1);
  },
);
