// What the console knows, without a browser, as the service serves it: with answers and events in any order, and with a
// server that refuses.
//
//   node --experimental-websocket console-model.mjs http://localhost:8080

import { Storage, say, until } from "./console-tools.mjs";

const [server] = process.argv.slice(2);
const script = (source) => `data:text/javascript,${encodeURIComponent(source)}`;
const served = async (name) => (await fetch(`${server}/console/${name}`)).text();
const { Koine } = await import(script(await served("client.js")));
const { Model } = await import(script((await served("model.js")).replace("./history.js", script(await served("history.js")))));

// a network that holds frames back, and a server that refuses commands
let held = null;
let refuse = () => false;
const refused = [];
globalThis.WebSocket = class extends globalThis.WebSocket {
  #listener;
  set onmessage(listener) {
    this.#listener = listener;
    super.onmessage = (event) => (held ? held.push(() => listener(event)) : listener(event));
  }
  send(frame) {
    const { type, ref, seq } = JSON.parse(frame);
    if (!refuse(type)) return super.send(frame);
    refused.push(`${type} ${seq}`);
    const data = JSON.stringify({ type: "error", ref, code: "TOO_MANY_REQUESTS", message: "later" });
    setTimeout(() => this.#listener({ data }));
  }
};

const suffix = Date.now();
const begun = async (name) => {
  const koine = new Koine({ server, storage: new Storage() });
  await koine.register({ username: `${name}-${suffix}`, password: "secret", device: "a test" });
  return koine;
};
const ada = await begun("ada");
const bob = await begun("bob");
const { id: chat } = await ada.call("POST", "/chat/private/create", { with_user_id: bob.me.id });
const delivered = async () => (await ada.call("GET", `/chat/${chat}`)).participants.find(({ id }) => id === bob.me.id).delivered;
const send = (contents) => ada.call("POST", `/chat/${chat}/message`, { contents });

const said = [];
const model = new Model(bob, { changed() {}, said: ({ contents }) => said.push(contents), lost() {}, reloaded() {} });
await model.start();
await until("a live socket", () => bob.connection === "live");

// the chat is asked for while the event is on its way
held = [];
const { seq } = await send("one");
await until("the event", () => held.length > 0);
await model.details(chat);
const known = model.chats.get(chat);
const before = { last_seq: known.last_seq - seq, unread: known.unread };
for (const hear of held.splice(0)) hear();
held = null;
await until("the mark of one", async () => (await delivered()) === seq);
say("overtaken", { before, unread: model.chats.get(chat).unread, said: [...said] });

// a mark that is refused for now is said again, and nothing else has to happen for it
refuse = (type) => type === "chat.delivered" && refused.length === 0;
await send("two");
await until("the mark of two", async () => (await delivered()) === seq + 1);
say("refused", { marks: refused.map((mark) => mark.replace(seq + 1, "seq")), unread: model.chats.get(chat).unread, said });

// who answers has read, and no receipt says so
const { seq: own } = await bob.call("POST", `/chat/${chat}/message`, { contents: "three" });
await until("one's own message", () => model.chats.get(chat).last_seq === own);
const fates = [model.fate(model.chats.get(chat), { seq: own })];
await send("four");
await until("the answer", () => said.includes("four"));
fates.push(model.fate(model.chats.get(chat), { seq: own }));
const there = (await ada.call("GET", `/chat/${chat}`)).participants.find(({ id }) => id === ada.me.id);
say("answered", { fates, read: there.read - own });
process.exit(0);
