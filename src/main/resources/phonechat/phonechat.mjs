// The page's side of the protocol. What it knows of messages stands in `Conversation`, which touches no page and is
// tested without one; the rest shows it. Whatever people wrote becomes text, never markup.

const COMMANDS = {
  personal: { say: "new_msg", received: "msg_received", read: "msg_read", typing: "is_typing" },
  group: { say: "new_grp_msg", received: "grp_msg_received", read: "grp_msg_read", typing: "is_grp_typing" },
  room: { say: "new_room_msg", received: "room_msg_received", read: "room_msg_read", typing: "is_room_typing" },
};

const FETCHES = { personal: "fetch_msgs", group: "fetch_grp_msgs", room: "fetch_room_msgs" };
const TICKS = { waiting: "…", sent: "✓", received: "✓✓", read: "✓✓ read" };
const ORDER = ["waiting", "sent", "received", "read"];
const MAX_FRAMES = 200;

/** What an address says of the chat that the page is for; null for none. */
export function peerOf(pathname) {
  const parts = pathname.split("/").filter((part) => part !== "").map(decodeURIComponent);
  const [, kind, first, second] = parts;
  if (!(kind in COMMANDS) || first === undefined) {
    return null;
  }
  if (kind === "room" && second === undefined) {
    return { kind, me: null, name: first };
  }
  return second === undefined ? null : { kind, me: first, name: second };
}

/** The time as the protocol writes it. */
export function stamp(date) {
  return date.toISOString().replace("T", " ").replace("Z", "");
}

/** The messages of one chat, and what became of them. */
export class Conversation {
  constructor(me, kind, name) {
    this.me = me;
    this.kind = kind;
    this.name = name;
    this.messages = [];
    this.last = 0;
  }

  frame(command, message, to, now) {
    return {
      message,
      command,
      msg_from: this.me,
      msg_to: to,
      sent_timestamp: stamp(now),
    };
  }

  /** A frame for what is said; no two have the same time. */
  say(text, now = new Date()) {
    this.last = Math.max(now.getTime(), this.last + 1);
    const frame = this.frame(COMMANDS[this.kind].say, text, this.name, new Date(this.last));
    this.messages.push({ mine: true, from: this.me, text, at: frame.sent_timestamp, state: "waiting" });
    return frame;
  }

  typing(now = new Date()) {
    return this.frame(COMMANDS[this.kind].typing, "-null-", this.name, now);
  }

  fetch(now = new Date()) {
    return this.frame(FETCHES[this.kind], "--null--", this.me, now);
  }

  /** The number of who wrote a frame of this chat; null for one of another chat. */
  author(from) {
    if (this.kind === "personal") {
      return from === this.name ? from : null;
    }
    return from.startsWith(`${this.name}-`) ? from.slice(this.name.length + 1) : null;
  }

  /** Takes a frame of either socket up; gives the frames to answer with on the send socket. */
  take(frame, seen, now = new Date()) {
    switch (frame.command) {
      case "msg_sent":
        this.move(frame.message, "sent");
        return [];
      case "new_msg":
        return this.incoming(frame, seen, now);
      case "fetch_msgs":
      case "fetch_grp_msgs":
      case "fetch_room_msgs":
        return frame.messages.flatMap((message) => this.incoming(message, seen, now));
      case "msg_received":
        this.ifHere(frame, () => this.move(frame.message, "received"));
        return [];
      case "msg_read":
        this.ifHere(frame, () => this.move(frame.message, "read"));
        return [];
      case "delete_msg":
        this.forget(frame);
        return [];
      default:
        return [];
    }
  }

  ifHere(frame, action) {
    if (this.author(frame.msg_from) !== null) {
      action();
    }
  }

  incoming(frame, seen, now) {
    const from = this.author(frame.msg_from);
    if (from === null) {
      return [];
    }
    let message = this.messages.find((each) => !each.mine && each.from === from && each.at === frame.sent_timestamp);
    if (message === undefined) {
      message = { mine: false, from, text: frame.message, at: frame.sent_timestamp, state: "received" };
      this.messages.push(message);
    }
    return seen ? [this.read(message, now)] : [this.frame(COMMANDS[this.kind].received, message.at, from, now)];
  }

  read(message, now) {
    message.state = "read";
    return this.frame(COMMANDS[this.kind].read, message.at, message.from, now);
  }

  /** Whoever looks again has read what came meanwhile. */
  seen(now = new Date()) {
    return this.messages
      .filter((message) => !message.mine && message.state === "received")
      .map((message) => this.read(message, now));
  }

  /** A message is deleted by who wrote it. */
  forget(frame) {
    const from = frame.msg_from === this.me ? this.me : this.author(frame.msg_from);
    this.messages = this.messages.filter((message) => message.from !== from || message.at !== frame.message);
  }

  /** Ticks only go forwards. */
  move(at, state) {
    for (const message of this.messages) {
      if (message.mine && message.at === at && ORDER.indexOf(state) > ORDER.indexOf(message.state)) {
        message.state = state;
      }
    }
  }
}

/** The page itself: what it needs of a browser it takes from this window. */
export class Page {
  constructor(document, window) {
    this.document = document;
    this.window = window;
    this.token = null;
    this.conversation = null;
    this.sockets = [];
    this.answers = [];
    this.lastTyping = 0;
    this.forget = null;
    this.listen();
    const peer = peerOf(window.location.pathname);
    if (peer !== null) {
      this.at("kind").value = peer.kind;
      this.at("peer").value = peer.name;
    }
  }

  at(id) {
    return this.document.getElementById(id);
  }

  listen() {
    const on = (id, type, action) =>
      this.at(id).addEventListener(type, (event) => {
        if (type === "submit") {
          event.preventDefault();
        }
        Promise.resolve(action()).catch((problem) => this.status(problem.message));
      });
    on("sign-in", "submit", () => this.signIn());
    on("open", "submit", () => this.open());
    on("say", "submit", () => this.say());
    on("text", "input", () => this.type());
    this.document.addEventListener("visibilitychange", () => {
      if (this.isSeen() && this.conversation !== null) {
        this.answer(this.conversation.seen());
      }
    });
  }

  status(text) {
    this.at("status").textContent = text;
  }

  async signIn() {
    const answer = await this.window.fetch("/login", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ usernameOrEmail: this.at("username").value, password: this.at("password").value }),
    });
    if (!answer.ok) {
      throw new Error("That is not an account and its password.");
    }
    this.token = (await answer.json()).access_token;
    this.at("password").value = "";
    const headers = { Authorization: `Bearer ${this.token}` };
    const me = await (await this.window.fetch("/user/me", { headers })).json();
    this.me = me.phone ?? `user-${me.id}`;
    this.status(`Signed in as ${this.me}.`);
    this.at("sign-in").hidden = true;
    this.at("open").hidden = false;
    if (this.at("peer").value !== "") {
      this.open();
    }
  }

  open() {
    const before = this.sockets;
    this.sockets = [];
    before.forEach((socket) => socket.close());
    this.answers = [];
    const kind = this.at("kind").value;
    const name = this.at("peer").value.trim();
    this.conversation = new Conversation(this.me, kind, name);
    const me = encodeURIComponent(this.me);
    this.sending = this.socket(`${kind}/${me}/${encodeURIComponent(name)}/`);
    this.receiving = this.socket(`special/${me}/`);
    const receiving = this.receiving;
    receiving.addEventListener("open", () => this.send(receiving, this.conversation.fetch()));
    this.sending.addEventListener("open", () => this.answer([]));
    this.sockets = [this.sending, this.receiving];
    this.at("chat").hidden = false;
    this.show();
  }

  socket(path) {
    const scheme = this.window.location.protocol === "https:" ? "wss" : "ws";
    const query = `?token=${encodeURIComponent(this.token)}`;
    const socket = new this.window.WebSocket(`${scheme}://${this.window.location.host}/ws/chat/${path}${query}`);
    socket.addEventListener("message", (event) => {
      if (this.sockets.includes(socket)) {
        this.take(JSON.parse(event.data));
      }
    });
    socket.addEventListener("close", (event) => {
      if (this.sockets.includes(socket)) {
        this.status(`A socket was closed (${event.code}). Open the chat again.`);
      }
    });
    return socket;
  }

  isOpen(socket) {
    return socket?.readyState === this.window.WebSocket.OPEN;
  }

  isSeen() {
    return this.document.visibilityState === "visible";
  }

  send(socket, frame) {
    if (!this.isOpen(socket)) {
      throw new Error("The socket is not open.");
    }
    this.log("→", frame);
    socket.send(JSON.stringify(frame));
  }

  take(frame) {
    this.log("←", frame);
    if (frame.command === "error") {
      this.status(`${frame.type}: ${frame.message}`);
    }
    if (frame.command === "is_typing" && this.conversation.author(frame.msg_from) !== null) {
      this.typing(this.conversation.author(frame.msg_from));
    }
    this.answer(this.conversation.take(frame, this.isSeen()));
    this.show();
  }

  /** What comes before the other socket is open is answered when it is. */
  answer(frames) {
    this.answers.push(...frames);
    while (this.answers.length > 0 && this.isOpen(this.sending)) {
      this.send(this.sending, this.answers.shift());
    }
  }

  say() {
    if (!this.isOpen(this.sending)) {
      throw new Error("The socket is not open.");
    }
    this.send(this.sending, this.conversation.say(this.at("text").value));
    this.at("text").value = "";
    this.show();
  }

  type() {
    if (Date.now() - this.lastTyping > 2000 && this.isOpen(this.sending)) {
      this.lastTyping = Date.now();
      this.send(this.sending, this.conversation.typing());
    }
  }

  typing(who) {
    this.at("typing").textContent = `${who} is typing…`;
    this.window.clearTimeout(this.forget);
    this.forget = this.window.setTimeout(() => {
      this.at("typing").textContent = "";
    }, 3000);
  }

  show() {
    const list = this.at("messages");
    list.replaceChildren(...this.conversation.messages.map((message) => this.item(message)));
    list.scrollTop = list.scrollHeight;
  }

  item(message) {
    const item = this.document.createElement("li");
    item.textContent = message.text;
    item.classList.toggle("mine", message.mine);
    const note = this.document.createElement("small");
    note.textContent = message.mine ? `${message.at} ${TICKS[message.state]}` : `${message.from} ${message.at}`;
    item.append(note);
    return item;
  }

  log(direction, frame) {
    const item = this.document.createElement("li");
    item.textContent = `${direction} ${JSON.stringify(frame)}`;
    const list = this.at("frames");
    list.prepend(item);
    while (list.children.length > MAX_FRAMES) {
      list.lastChild.remove();
    }
  }
}

if (globalThis.document !== undefined) {
  new Page(globalThis.document, globalThis.window);
}
