// What the console knows: the chats, their messages, the people. Loaded by calls, kept right by events. It knows
// nothing of how it is shown, and tells by `changed` that it should be.

import { History, PAGE } from "./history.js";

/** As many chats as a page of them has. */
const CHATS = 25;
const TYPING_FOR = 5_000;
const WATCHED = 200;
/** After how many milliseconds a mark that the server could not take is said again. */
const AGAIN_AFTER = 3_000;

/** Marks go forward only: an answer may be older than a receipt that came while it was on its way. */
function furthest(person, chat) {
  const { delivered, read } = chat?.participants?.find(({ id }) => id === person.id) ?? person;
  return { ...person, delivered: Math.max(person.delivered, delivered), read: Math.max(person.read, read) };
}

export class Model {
  me = null;
  ready = false;
  chats = new Map();
  people = new Map();
  friends = [];
  requests = { incoming: [], outgoing: [] };
  blocked = [];
  /** Where the list of chats goes on; null at its end. */
  nextChats = null;
  typing = new Map();
  /** Keys of what is on its way and has come back as an event already. */
  arrived = new Set();

  #client;
  #changed;
  #histories = new Map();
  #marks = new Map();
  #watched = "";

  /** @param listener `{changed(), said(message, chat), lost(chat), reloaded()}` */
  constructor(client, listener) {
    this.#client = client;
    this.#changed = listener.changed;
    this.listener = listener;
    client
      .on("event", (event) => this.#apply(event))
      .on("reset", () => this.load().then(() => listener.reloaded()))
      .on("loss", ({ chat_id }) => this.#reload(chat_id))
      .on("sent", ({ message }) => this.#message(message))
      .on("outbox", (entries) => this.#outboxChanged(entries))
      .on("connection", (connection) => this.#connectionChanged(connection));
  }

  // ---- loading

  /** The first screen, and from its cursor on whatever happens. */
  async start() {
    const { cursor } = await this.#client.call("GET", "/sync");
    await this.load();
    this.#client.connect(cursor);
  }

  async load() {
    const [me, chats, ...people] = await Promise.all(
      ["/user/me", "/user/chats", "/friend", "/friend/requests", "/block"].map((path) => this.#client.call("GET", path)),
    );
    this.me = me;
    this.chats.clear();
    this.#histories.clear();
    this.#marks.clear();
    this.#takePeople(...people);
    await this.#takeChats(chats);
    this.ready = true;
    this.#changed();
  }

  #takePeople({ friends }, requests, { blocked }) {
    Object.assign(this, { friends, requests, blocked });
    [friends, requests.incoming, requests.outgoing, blocked].flat().forEach((person) => this.#meet(person));
  }

  async moreChats() {
    const cursor = encodeURIComponent(this.nextChats);
    await this.#takeChats(await this.#client.call("GET", `/user/chats?cursor=${cursor}`));
    this.#changed();
  }

  /** The list has no participants: who a private chat is with, and what came while one was away, is asked for. */
  async #takeChats({ chats, next }) {
    this.nextChats = chats.length < CHATS ? null : next;
    chats.forEach((chat) => this.#take(chat));
    await Promise.all(chats.filter(({ type }) => type === "private").map(({ id }) => this.details(id)));
    chats.filter(({ unread }) => unread > 0).forEach(({ id }) => this.read(id).catch(() => {}));
  }

  /** A chat with those who are in it; undefined if one is not in it any more. */
  async details(id) {
    const chat = await this.#client.call("GET", `/chat/${id}`).catch((problem) => {
      if (problem.status !== 404) throw problem;
    });
    if (chat) this.#take(chat);
    this.#changed();
    return chat;
  }

  #take(chat) {
    const known = this.chats.get(chat.id);
    const own = chat.participants?.find(({ id }) => id === this.me?.id);
    const unread = chat.unread ?? (own ? chat.last_seq - own.read : (known?.unread ?? 0));
    const behind = known?.last_seq > chat.last_seq; // it was asked for before an event, and came after it
    const { last_seq, last_message } = behind ? known : chat;
    const participants = chat.participants?.map((person) => furthest(person, known)) ?? known?.participants;
    const now = { last_seq, last_message, participants, unread: behind ? known.unread : unread };
    this.chats.set(chat.id, { ...known, ...chat, ...now });
    chat.participants?.forEach((person) => this.#meet(person));
    this.#client.has(chat.id, chat.last_seq);
    this.#watch();
  }

  #meet({ id, username }) {
    this.people.set(id, { ...this.people.get(id), id, username });
  }

  /** Presence of those one talks with, and of friends. */
  #watch() {
    const others = [...this.chats.values()].flatMap((chat) => (chat.type === "private" ? [this.other(chat)?.id] : []));
    const user_ids = [...new Set([...others, ...this.friends.map(({ id }) => id)])].filter(Boolean).slice(0, WATCHED);
    if (this.#client.connection !== "live" || this.#watched === user_ids.join()) return;
    this.#watched = user_ids.join();
    this.#client.command("watch", { user_ids }).catch(() => (this.#watched = ""));
  }

  // ---- histories

  history(id) {
    if (!this.#histories.has(id)) this.#histories.set(id, new History());
    return this.#histories.get(id);
  }

  /** The newest page of a chat, and more if more is unread: what was not received can't be marked so. */
  async read(id) {
    const history = this.history(id);
    if (history.loaded || history.loading) return;
    const chat = this.chats.get(id) ?? (await this.details(id));
    if (!chat) return;
    const { unread, last_seq } = chat;
    await this.#page(id, "latest");
    for (let pages = 1; !history.complete && history.messages.length < unread && pages < 20; pages++) await this.older(id);
    this.#received(id, last_seq);
  }

  /** The page before the oldest message that is here. */
  async older(id) {
    const history = this.history(id);
    if (!history.complete && !history.loading) await this.#page(id, history.messages[0]?.id ?? "latest");
  }

  /** Reads back until a message is here, or the chat's beginning is. */
  async reach(id, message) {
    await this.read(id);
    const history = this.history(id);
    while (!history.complete && history.messages[0]?.id > message) await this.older(id);
  }

  async #page(id, before) {
    const history = this.history(id);
    history.loading = true;
    this.#changed();
    try {
      const page = await this.#client.call("GET", `/chat/${id}/messages?before=${before}&limit=${PAGE}`);
      page.authors.forEach((author) => this.#meet(author));
      history.add(page, PAGE);
    } finally {
      history.loading = false;
      this.#changed();
    }
  }

  /** Something of a chat was lost on the way. */
  async #reload(id) {
    this.#histories.delete(id);
    await this.details(id);
    await this.read(id);
  }

  // ---- events

  #apply(event) {
    const { type, chat_id } = event;
    const chat = this.chats.get(chat_id);
    switch (type) {
      case "message":
        this.#message(event.message);
        break;
      case "message.edited":
        this.history(chat_id).put(event.message);
        if (chat?.last_message?.id === event.message.id) chat.last_message = event.message;
        break;
      case "message.deleted":
        this.#deleted(event);
        break;
      case "chat.created":
      case "chat.joined":
      case "chat.updated":
        this.#take(event.chat);
        break;
      case "chat.deleted":
      case "chat.left":
        this.#gone(chat_id);
        break;
      case "member.joined":
      case "member.changed":
      case "member.left":
        this.#member(event);
        break;
      case "receipt":
        this.#receipt(event);
        break;
      case "typing":
        this.#typing(event);
        break;
      case "presence":
        this.people.set(event.user_id, { ...this.people.get(event.user_id), ...event, id: event.user_id });
        break;
      case "friend.requested":
      case "friend.accepted":
      case "friend.removed":
        this.#friend(event);
        break;
      default: // there will be more, and what is not known is passed over
        return;
    }
    this.#changed();
  }

  #message(message) {
    const { chat_id, author_id, seq } = message;
    const chat = this.chats.get(chat_id);
    const mine = author_id === this.me.id;
    this.history(chat_id).put(message);
    // whatever the chat is known to have: an answer of HTTP may have been here before the event
    const isNews = !mine && this.#received(chat_id, seq);
    if (!chat) return void this.details(chat_id).catch(() => {});
    if (mine) this.#mine(message);
    if (seq > chat.last_seq) {
      Object.assign(chat, { last_seq: seq, last_message: message, unread: mine ? 0 : chat.unread + 1 });
    }
    this.#receipt({ chat_id, user_id: author_id, delivered: seq, read: seq }); // who sends has read, and no receipt says so
    if (isNews) this.listener.said(message, chat);
    this.typing.get(chat_id)?.delete(author_id);
    this.#changed();
  }

  /** What is still on its way, as far as this side knows, need not be shown twice. */
  #mine(message) {
    const entry = this.#client.outbox.find(
      ({ key, chat_id, contents, reply_to, media_id, error }) =>
        !error &&
        !this.arrived.has(key) &&
        chat_id === message.chat_id &&
        (contents ?? "") === (message.contents ?? "") &&
        (reply_to ?? null) === message.reply_to &&
        (media_id ?? null) === (message.media?.id ?? null),
    );
    if (entry && message.created_at >= entry.created_at.slice(0, 10)) this.arrived.add(entry.key);
  }

  #outboxChanged(entries) {
    const keys = new Set(entries.map(({ key }) => key));
    this.arrived.forEach((key) => keys.has(key) || this.arrived.delete(key));
    this.#changed();
  }

  #deleted({ chat_id, seq, id }) {
    const chat = this.chats.get(chat_id);
    this.history(chat_id).remove(id);
    if (!chat) return;
    if (seq > chat.last_seq) chat.last_seq = seq;
    if (chat.last_message?.id === id) this.details(chat_id).catch(() => {});
  }

  #gone(id) {
    const chat = this.chats.get(id);
    this.chats.delete(id);
    this.#histories.delete(id);
    if (chat) this.listener.lost(chat);
  }

  #member({ type, chat_id, user, role }) {
    const chat = this.chats.get(chat_id);
    this.#meet(user);
    if (!chat?.participants) return;
    const known = chat.participants.find(({ id }) => id === user.id);
    const others = chat.participants.filter(({ id }) => id !== user.id);
    const now = { delivered: chat.last_seq, read: chat.last_seq, ...known, ...user, role };
    chat.participants = type === "member.left" ? others : [...others, now];
  }

  #receipt({ chat_id, user_id, delivered, read }) {
    const chat = this.chats.get(chat_id);
    const person = chat?.participants?.find(({ id }) => id === user_id);
    if (person) Object.assign(person, { delivered: Math.max(person.delivered, delivered), read: Math.max(person.read, read) });
    if (chat && user_id === this.me.id) chat.unread = Math.min(chat.unread, Math.max(0, chat.last_seq - read));
  }

  #typing({ chat_id, user_id }) {
    const typists = this.typing.get(chat_id) ?? new Map();
    this.typing.set(chat_id, typists);
    clearTimeout(typists.get(user_id));
    const stop = () => typists.delete(user_id) && this.#changed();
    typists.set(user_id, setTimeout(stop, TYPING_FOR));
  }

  #friend({ type, user }) {
    const without = (list) => list.filter(({ id }) => id !== user.id);
    this.#meet(user);
    this.requests = { incoming: without(this.requests.incoming), outgoing: without(this.requests.outgoing) };
    this.friends = without(this.friends);
    if (type === "friend.requested") this.requests.incoming = [user, ...this.requests.incoming];
    if (type === "friend.accepted") this.friends = [...this.friends, user];
    this.#watch();
  }

  // ---- marks

  /** Says that all up to a `seq` was received, and gives whether that is more than before. */
  #received(id, seq) {
    return this.#mark(id, "delivered", seq);
  }

  /** Somebody looks at the end of a chat. */
  saw(id) {
    const chat = this.chats.get(id);
    if (!chat || !chat.unread || !this.history(id).loaded) return;
    chat.unread = 0;
    this.#mark(id, "read", chat.last_seq);
    this.#changed();
  }

  /** Without a connection it is said when there is one. */
  #mark(chat_id, kind, seq) {
    const name = `${chat_id} ${kind}`;
    const mark = this.#marks.get(name) ?? { chat_id, kind, seq: 0, said: 0 };
    this.#marks.set(name, mark);
    if (seq <= mark.seq) return false;
    mark.seq = seq;
    queueMicrotask(() => this.#say(mark));
    return true;
  }

  #say(mark) {
    const { chat_id, kind, seq, said } = mark;
    if (seq <= said || this.#client.connection !== "live") return;
    mark.said = seq;
    this.#client.command(`chat.${kind}`, { chat_id, seq }).catch((problem) => {
      mark.said = said;
      if (problem.isTemporary) setTimeout(() => this.#say(mark), AGAIN_AFTER);
    });
  }

  #connectionChanged(connection) {
    this.#watched = "";
    if (connection === "live") {
      this.#marks.forEach((mark) => this.#say(mark));
      this.#histories.forEach(({ loaded }, id) => loaded && this.details(id).catch(() => {})); // receipts are in no log
      this.#watch();
    }
    this.#changed();
  }

  // ---- questions

  /** The other one of a private chat. */
  other(chat) {
    return chat.participants?.find(({ id }) => id !== this.me?.id);
  }

  title(chat) {
    return chat.name ?? this.other(chat)?.username ?? "Private chat";
  }

  name(id) {
    return id === this.me?.id ? this.me.username : (this.people.get(id)?.username ?? `deleted-${id}`);
  }

  /** The chat with the latest message first. */
  get list() {
    const active = ({ last_message, created_at }) => last_message?.created_at ?? created_at;
    return [...this.chats.values()].sort((one, other) => (active(one) < active(other) ? 1 : -1));
  }

  /** What has become of one's own message: `sent`, `delivered` to all others, or `read` by them. */
  fate(chat, { seq }) {
    const others = chat.participants?.filter(({ id }) => id !== this.me.id) ?? [];
    if (others.length && others.every(({ read }) => read >= seq)) return "read";
    return others.length && others.every(({ delivered }) => delivered >= seq) ? "delivered" : "sent";
  }

  typists(id) {
    return [...(this.typing.get(id)?.keys() ?? [])].map((user) => this.name(user));
  }
}
