// Two people on the pages' own module, as the service serves it, in a document that has no more than it asks for.
//
//   node --experimental-websocket phonechat-page.mjs http://localhost:8080 <me> <password> <number> <other> <password> <number>

class Element {
  constructor() {
    this.value = "";
    this.textContent = "";
    this.hidden = false;
    this.children = [];
    this.listeners = {};
    this.classList = { toggle: () => {} };
  }

  get lastChild() {
    return this.children[this.children.length - 1];
  }

  addEventListener(type, action) {
    this.listeners[type] = action;
  }

  /** As the browser calls what listens. */
  fire(type) {
    this.listeners[type]({ preventDefault: () => {} });
  }

  append(...children) {
    this.children.push(...children);
  }

  prepend(child) {
    this.children.unshift(child);
  }

  replaceChildren(...children) {
    this.children = children;
  }
}

class Document extends Element {
  constructor() {
    super();
    this.visibilityState = "visible";
    this.elements = {};
  }

  getElementById(id) {
    return (this.elements[id] ??= new Element());
  }

  createElement() {
    return new Element();
  }
}

const [base, ...people] = process.argv.slice(2);

function browser(pathname) {
  const document = new Document();
  const { host, protocol } = new URL(base);
  const window = {
    location: { pathname, host, protocol },
    fetch: (path, options) => fetch(base + path, options),
    WebSocket,
    setTimeout,
    clearTimeout,
  };
  return { document, window };
}

async function until(what, condition) {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) {
      throw new Error(`not seen: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function print(step, fields) {
  console.log(JSON.stringify({ step, ...fields }));
}

const source = await (await fetch(`${base}/chat/assets/phonechat.mjs`)).text();
const { Page, Conversation, peerOf } = await import(
  `data:text/javascript;base64,${Buffer.from(source).toString("base64")}`
);

async function open(me, password, number, peer) {
  const { document, window } = browser(`/chat/personal/${number}/${peer}/`);
  const page = new Page(document, window);
  page.at("username").value = me;
  page.at("password").value = password;
  page.at("sign-in").fire("submit");
  await until("both sockets open", () => page.isOpen(page.sending) && page.isOpen(page.receiving));
  return page;
}

const texts = (page) => page.at("messages").children.map((item) => item.textContent);
const note = (page, at) => page.at("messages").children[at]?.children[0].textContent ?? "";
const frames = (page) => page.at("frames").children.map((item) => item.textContent);

function say(page, text) {
  page.at("text").value = text;
  page.at("say").fire("submit");
}

const [ann, annPassword, annNumber, ben, benPassword, benNumber] = people;
const one = await open(ann, annPassword, annNumber, benNumber);
print("signed-in", { status: one.at("status").textContent, forms: [one.at("sign-in").hidden, one.at("chat").hidden] });

say(one, "<b>first</b>");
await until("a tick for sent", () => note(one, 0).endsWith(" \u2713"));
print("sent", { texts: texts(one) });

const two = await open(ben, benPassword, benNumber, annNumber);
await until("what waited", () => texts(two).length === 1);
await until("ticks for read", () => note(one, 0).endsWith(" \u2713\u2713 read"));
print("fetched-and-read", { texts: texts(two), from: note(two, 0).split(" ")[0] });

two.document.visibilityState = "hidden";
say(one, "second");
await until("ticks for received", () => note(one, 1).endsWith(" \u2713\u2713"));
two.document.visibilityState = "visible";
two.document.fire("visibilitychange");
await until("ticks for read, seen later", () => note(one, 1).endsWith(" \u2713\u2713 read"));
print("received-then-read", { texts: texts(two) });

two.at("text").fire("input");
await until("who is typing", () => one.at("typing").textContent !== "");
print("typing", { text: one.at("typing").textContent });

two.send(two.sending, two.conversation.frame("new_grp_msg", "x", annNumber, new Date()));
await until("an error", () => two.at("status").textContent.startsWith("new_grp_msg: "));
print("frames", { raw: frames(two).some((frame) => frame.startsWith("\u2190 {") && frame.includes('"type":"new_grp_msg"')) });

// what comes while the other socket is still being opened
class SlowSocket extends Element {
  static OPEN = 1;
  static all = [];

  constructor() {
    super();
    this.readyState = 0;
    this.sent = [];
    SlowSocket.all.push(this);
  }

  send(text) {
    this.sent.push(JSON.parse(text).command);
  }
}

const slow = browser("/chat/personal/1111111111/2222222222/");
slow.window.WebSocket = SlowSocket;
const early = new Page(slow.document, slow.window);
early.me = "1111111111";
early.open();
const [sending, receiving] = SlowSocket.all;
const came = { command: "new_msg", message: "x", msg_from: "2222222222", msg_to: "1111111111", sent_timestamp: "t" };
receiving.listeners.message({ data: JSON.stringify(came) });
const before = [...sending.sent];
sending.readyState = SlowSocket.OPEN;
sending.fire("open");
print("early", { before, after: sending.sent });

// what takes no service: addresses, chats that are not this one, ticks that only go forwards
const group = new Conversation("1111111111", "group", "abcdefghij");
const said = group.say("x", new Date(0));
const incoming = {
  command: "new_msg",
  message: "y",
  msg_from: "abcdefghij-2222222222",
  msg_to: "1111111111",
  sent_timestamp: "2020-11-21 16:32:17.356",
};
group.take({ command: "msg_read", message: said.sent_timestamp, msg_from: "abcdefghij-2222222222" }, true);
group.take({ command: "msg_received", message: said.sent_timestamp, msg_from: "abcdefghij-3333333333" }, true);
print("logic", {
  peers: ["/chat", "/chat/personal/1/2/", "/chat/group/1/k", "/chat/room/r", "/chat/room/1/r%20s"].map(peerOf),
  said,
  next: group.say("z", new Date(0)).sent_timestamp,
  answers: [incoming, { ...incoming, msg_from: "klmnopqrst-2222222222" }].map((frame) => group.take(frame, false)),
  states: group.messages.map((message) => message.state),
});
process.exit(0);
