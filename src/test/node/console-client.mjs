// The console's client without a browser, as the service serves it: what it does when the network, the log or a frame
// is gone.
//
//   node --experimental-websocket console-client.mjs http://localhost:8080

import { Storage, say, until } from "./console-tools.mjs";

const [server] = process.argv.slice(2);
const source = await (await fetch(`${server}/console/client.js`)).text();
const { Koine, KoineError } = await import(`data:text/javascript,${encodeURIComponent(source)}`);

const suffix = Date.now();
const begun = async (name) => {
  const storage = new Storage();
  const koine = new Koine({ server, storage });
  await koine.register({ username: `${name}-${suffix}`, password: "secret", device: "a test" });
  return { koine, storage };
};
const live = (koine) => until("a live socket", () => koine.connection === "live");

const ada = await begun("ada");
const bob = await begun("bob");
const { id: chat } = await ada.koine.call("POST", "/chat/private/create", { with_user_id: bob.koine.me.id });
const contents = async () => (await bob.koine.call("GET", `/chat/${chat}/messages`)).messages.map((one) => one.contents);

// a refusal says what is wrong
const refused = await ada.koine.call("POST", `/chat/${chat}/message`, { contents: "" }).catch((problem) => problem);
say("refused", { is: refused instanceof KoineError, code: refused.code, fields: Object.keys(refused.errors), temporary: refused.isTemporary });

// two calls with an old token: one renewal
const old = JSON.parse(ada.storage.getItem("koine.session"));
ada.storage.setItem("koine.session", JSON.stringify({ ...old, renew_at: 0 }));
const names = await Promise.all([1, 2, 3].map(() => ada.koine.call("GET", "/user/me")));
const now = JSON.parse(ada.storage.getItem("koine.session"));
say("renewed", { calls: names.length, changed: now.refresh_token !== old.refresh_token, later: now.renew_at > Date.now() });

// a token that the server does not take any more is renewed as well
ada.storage.setItem("koine.session", JSON.stringify({ ...now, access_token: "none" }));
say("renewed-when-refused", { name: (await ada.koine.call("GET", "/user/me")).username === ada.koine.me.username });

// events, in order, and the cursor with them
const events = [];
bob.koine.on("event", (event) => events.push(event));
bob.koine.connect((await bob.koine.call("GET", "/sync")).cursor);
await live(bob.koine);

// offline: an answer that got lost, and then nothing at all; a restart of the client; online
const real = globalThis.fetch;
globalThis.fetch = async (...call) => {
  if (String(call[0]).endsWith("/message")) await real(...call);
  throw new TypeError("fetch failed");
};
ada.koine.send(chat, { contents: "one" });
await until("the attempt", async () => events.some(({ message }) => message?.contents === "one"));
globalThis.fetch = async () => { throw new TypeError("fetch failed"); };
ada.koine.send(chat, { contents: "two" });
await until("the outbox", () => ada.koine.outbox.length === 2);
const waiting = ada.koine.outbox.map((entry) => entry.contents);
const restarted = new Koine({ server, storage: ada.storage });
globalThis.fetch = real;
await restarted.flush();
await until("two", () => events.some(({ message }) => message?.contents === "two"));
say("outbox", { waiting, left: restarted.outbox.length, contents: await contents() });

// what is refused for good waits for its author, and holds up nothing
restarted.send(chat, { contents: "three", reply_to: 999_999_999 });
restarted.send(chat, { contents: "four" });
await until("four", () => events.some(({ message }) => message?.contents === "four"));
await until("its answer", () => restarted.outbox.length === 1); // the event may be quicker
const [failed] = restarted.outbox;
restarted.discard(failed.key);
say("outbox-refused", { code: failed.error.code, left: restarted.outbox.length, contents: await contents() });

// a frame that is lost on the way is missed at the next heartbeat
const Real = globalThis.WebSocket;
globalThis.WebSocket = class extends Real {
  set onmessage(listener) {
    super.onmessage = (event) => event.data.includes('"lost"') || listener(event);
  }
};
bob.koine.disconnect();
const losses = [];
bob.koine.on("loss", (loss) => losses.push(loss));
bob.koine.has(chat, 3);
bob.koine.connect();
await live(bob.koine);
for (const text of ["five", "lost", "six"]) await restarted.call("POST", `/chat/${chat}/message`, { contents: text });
await until("the loss", () => losses.length);
globalThis.WebSocket = Real;
say("loss", { losses: losses.length, chat: losses[0].chat_id === chat, seen: events.filter(({ type }) => type === "message").map(({ message }) => message.contents) });

// a connection that is gone comes back, and tells what was missed, once
bob.koine.disconnect();
await restarted.call("POST", `/chat/${chat}/message`, { contents: "seven" });
bob.koine.connect();
await until("seven", () => events.some(({ message }) => message?.contents === "seven"));
say("resumed", { times: events.filter(({ message }) => message?.contents === "seven").length });

// a cursor of another log: everything is loaded anew before events go on
bob.koine.disconnect();
const order = [];
bob.koine.on("reset", async () => {
  order.push("reset");
  await bob.koine.call("GET", "/user/chats");
  order.push("loaded");
});
bob.koine.on("event", ({ type, message }) => order.push(message?.contents ?? type));
bob.koine.connect("00000000-5");
await live(bob.koine);
await restarted.call("POST", `/chat/${chat}/message`, { contents: "eight" });
await until("eight", () => order.includes("eight"));
say("reset", { order: order.filter((one) => one !== "heartbeat") });

// a session that was ended elsewhere
let farewell = null;
bob.koine.on("session", (me, reason) => (farewell = { me, reason }));
const { access_token } = await (await real(`${server}/login`, {
  method: "POST", headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ usernameOrEmail: bob.koine.me.username, password: "secret" }),
})).json();
const headers = { Authorization: `Bearer ${access_token}` };
const { sessions } = await (await real(`${server}/user/sessions`, { headers })).json();
await real(`${server}/user/sessions/${sessions.find(({ current }) => !current).id}`, { method: "DELETE", headers });
await until("the farewell", () => farewell);
say("ended", { ...farewell, kept: bob.storage.getItem("koine.session"), connection: bob.koine.connection });

// an upload, and its bytes
const media = await restarted.upload(new File(["1, 1, 2, 3"], "rök (1).txt", { type: "text/plain" }));
say("file", { name: media.file_name, size: media.size, text: await (await restarted.file(media.url)).text() });

await restarted.logout();
say("out", { me: restarted.me, left: ada.storage.items.size });
process.exit(0);
