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
        this.messages = this.messages.filter((message) => message.at !== frame.message);
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
    const known = this.messages.some(
      (message) => !message.mine && message.from === from && message.at === frame.sent_timestamp,
    );
    if (!known) {
      this.messages.push({ mine: false, from, text: frame.message, at: frame.sent_timestamp, state: "received" });
    }
    const { received, read } = COMMANDS[this.kind];
    return [this.frame(seen ? read : received, frame.sent_timestamp, from, now)];
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

class Page {
  constructor(document, window) {
    this.document = document;
    this.window = window;
    this.token = null;
    this.conversation = null;
    this.sockets = [];
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
  }

  status(text) {
    this.at("status").textContent = text;
  }

  async signIn() {
    const answer = await fetch("/login", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ usernameOrEmail: this.at("username").value, password: this.at("password").value }),
    });
    if (!answer.ok) {
      throw new Error("That is not an account and its password.");
    }
    this.token = (await answer.json()).access_token;
    this.at("password").value = "";
    const me = await (await fetch("/user/me", { headers: { Authorization: `Bearer ${this.token}` } })).json();
    this.me = me.phone ?? `user-${me.id}`;
    this.status(`Signed in as ${this.me}.`);
    this.at("sign-in").hidden = true;
    this.at("open").hidden = false;
    if (this.at("peer").value !== "") {
      this.open();
    }
  }

  open() {
    this.sockets.forEach((socket) => socket.close());
    const kind = this.at("kind").value;
    const name = this.at("peer").value;
    this.conversation = new Conversation(this.me, kind, name);
    const me = encodeURIComponent(this.me);
    this.sending = this.socket(`${kind}/${me}/${encodeURIComponent(name)}/`);
    this.receiving = this.socket(`special/${me}/`);
    this.receiving.addEventListener("open", () => this.send(this.receiving, this.conversation.fetch()));
    this.sockets = [this.sending, this.receiving];
    this.at("chat").hidden = false;
    this.show();
  }

  socket(path) {
    const scheme = this.window.location.protocol === "https:" ? "wss" : "ws";
    const query = `?token=${encodeURIComponent(this.token)}`;
    const socket = new WebSocket(`${scheme}://${this.window.location.host}/ws/chat/${path}${query}`);
    socket.addEventListener("message", (event) => this.take(JSON.parse(event.data)));
    socket.addEventListener("close", (event) => {
      if (this.sockets.includes(socket)) {
        this.status(`A socket was closed (${event.code}). Open the chat again.`);
      }
    });
    return socket;
  }

  send(socket, frame) {
    if (socket?.readyState !== WebSocket.OPEN) {
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
    const seen = this.document.visibilityState === "visible";
    for (const answer of this.conversation.take(frame, seen)) {
      this.send(this.sending, answer);
    }
    this.show();
  }

  say() {
    if (this.sending?.readyState !== WebSocket.OPEN) {
      throw new Error("The socket is not open.");
    }
    this.send(this.sending, this.conversation.say(this.at("text").value));
    this.at("text").value = "";
    this.show();
  }

  type() {
    if (Date.now() - this.lastTyping > 2000 && this.sending?.readyState === WebSocket.OPEN) {
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
