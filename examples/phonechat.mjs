// Two people talk over phonechat: a message, its tick, a fetch. Node 22 or newer, or 20 with
// --experimental-websocket, and nothing else.
//
//   node examples/phonechat.mjs http://localhost:8080

const base = (process.argv[2] ?? "http://localhost:8080").replace(/\/$/, "");
const sockets = base.replace(/^http/, "ws") + "/ws/chat/";

async function call(method, path, token, body) {
  const answer = await fetch(base + path, {
    method,
    headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) {
    throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  }
  return answer.json();
}

async function person(name) {
  const phone = String(Math.floor(1e9 + Math.random() * 9e9));
  const { access_token: token } = await call("POST", "/register", null, {
    username: `${name}-${phone}`,
    password: "password123",
    phone,
  });
  return { phone, token };
}

/** A socket whose frames can be waited for. */
async function open(path, token) {
  const socket = new WebSocket(`${sockets}${path}?token=${encodeURIComponent(token)}`);
  const frames = [];
  let wake = () => {};
  socket.onmessage = (event) => {
    frames.push(JSON.parse(event.data));
    wake();
  };
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error(`${path} could not be opened`));
  });
  return {
    say: (frame) => socket.send(JSON.stringify(frame)),
    close: () => socket.close(),
    async next(command) {
      const deadline = Date.now() + 10_000;
      for (;;) {
        const at = frames.findIndex((frame) => frame.command === command);
        if (at >= 0) {
          const [frame] = frames.splice(at, 1);
          console.log(path, JSON.stringify(frame));
          return frame;
        }
        if (Date.now() > deadline) {
          throw new Error(`no ${command} on ${path}`);
        }
        await new Promise((resolve) => {
          wake = resolve;
          setTimeout(resolve, 200);
        });
      }
    },
  };
}

function check(condition, what) {
  if (!condition) {
    throw new Error(what);
  }
}

const now = () => new Date().toISOString().replace("T", " ").replace("Z", "");

const ann = await person("ann");
const ben = await person("ben");
const annReceives = await open(`special/${ann.phone}/`, ann.token);
const benReceives = await open(`special/${ben.phone}/`, ben.token);
const annSends = await open(`personal/${ann.phone}/${ben.phone}/`, ann.token);
const benSends = await open(`personal/${ben.phone}/${ann.phone}/`, ben.token);

const said = { message: "ok", command: "new_msg", msg_from: ann.phone, msg_to: ben.phone, sent_timestamp: now() };
annSends.say(said);
check((await annSends.next("msg_sent")).message === said.sent_timestamp, "another message was stored");
const got = await benReceives.next("new_msg");
check(got.message === "ok" && got.sent_timestamp === said.sent_timestamp, "another message came");

const fetching = { ...said, message: "--null--", command: "fetch_msgs", msg_from: "", msg_to: ben.phone };
benReceives.say(fetching);
check((await benReceives.next("fetch_msgs")).messages.length === 1, "it should wait until it is received");

benSends.say({
  message: got.sent_timestamp,
  command: "msg_read",
  msg_from: ben.phone,
  msg_to: ann.phone,
  sent_timestamp: now(),
});
check((await annReceives.next("msg_read")).message === said.sent_timestamp, "another message was read");
benReceives.say(fetching);
check((await benReceives.next("fetch_msgs")).messages.length === 0, "it should be gone");

for (const socket of [annReceives, benReceives, annSends, benSends]) {
  socket.close();
}
console.log("done");
