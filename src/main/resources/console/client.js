// A client of Koine's native protocol, for browsers and Node. It depends on nothing: copy this file and begin.
//
//   const koine = new Koine({ server: "https://chat.example.org" });
//   koine.on("event", (event) => console.log(event.type, event));
//   await koine.login({ usernameOrEmail: "ada", password: "analytical" });
//   koine.connect((await koine.call("GET", "/sync")).cursor);
//   koine.send(7, { contents: "Hello!" });
//
// What it sees to, since each client would have to:
// - tokens are renewed before they expire, and never twice at a time, as a spent refresh token ends the session;
// - the socket comes back by itself, and goes on from the cursor of the last event that was dealt with;
// - each chat's messages are counted: one that is missing is told as `loss`, and read by HTTP;
// - a message is kept until the server has it, and sent again with its key: it arrives, and it arrives once.

/** A call that was refused, or (status 0) could not be made. `errors` says what is wrong, field by field. */
export class KoineError extends Error {
  constructor(status, { code, message, errors, ...more }) {
    super(message);
    Object.assign(this, { status, code, errors: errors ?? {}, more });
  }

  /** Nothing is wrong with the call itself: the same may succeed later. */
  get isTemporary() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Commands on the socket are refused by a code alone. */
const STATUS = { TOO_MANY_REQUESTS: 429, INTERNAL_ERROR: 500, UNAVAILABLE: 503 };
const OFFLINE = { code: "OFFLINE", message: "the server can't be reached" };
const SESSION = "koine.session";
const LONGEST_PAUSE = 30_000;

export class Koine {
  /** `connecting` (also while it catches up), `live` or `offline`. */
  connection = "offline";
  /** Where the log goes on for this client. Who keeps what it was told across restarts keeps this beside it. */
  cursor = null;

  #server;
  #storage;
  #listeners = new Map();
  #renewal = null;
  #socket = null;
  #wanted = false;
  #failures = 0;
  #timers = {};
  #waiting = new Map();
  #refs = 0;
  #counts = new Map();
  #flushing = false;

  /** @param storage of the kind of `localStorage`: keeps the session and what was not sent yet */
  constructor({ server = globalThis.location?.origin, storage = globalThis.localStorage } = {}) {
    this.#server = server.replace(/\/$/, "");
    this.#storage = storage;
  }

  /**
   * `session` (the user, or null with the reason), `connection` (its state), `event` (as the protocol has it),
   * `loss` (`{chat_id}`: read it anew), `outbox`, `sent` (`{key, message}`), and `reset`: load everything anew; events
   * go on when what the listener returns is done.
   */
  on(type, listener) {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
    return this;
  }

  #tell(type, ...what) {
    return (this.#listeners.get(type) ?? []).map((listener) => listener(...what));
  }

  // ---- the session

  /** Who is signed in, `{id, username}`; or null. */
  get me() {
    return this.#session?.user ?? null;
  }

  /** @param account `{username, password, email?, phone?, device?}` */
  register(account) {
    return this.#begin("/register", account);
  }

  /** @param proof `{usernameOrEmail, password, device?}` */
  login(proof) {
    return this.#begin("/login", proof);
  }

  async #begin(path, body) {
    const pair = await this.callWithout("POST", path, body);
    const user = await this.#fetch("GET", "/user/me", undefined, pair.access_token);
    this.#keep(pair, { id: user.id, username: user.username });
    this.#tell("session", this.me);
    return this.me;
  }

  /** Ends the session, here in any case, and forgets what was not sent. */
  async logout() {
    await this.call("POST", "/logout").catch(() => {});
    if (this.me) this.#keepOutbox([]);
    this.#end("signed out");
  }

  get #session() {
    return JSON.parse(this.#storage.getItem(SESSION));
  }

  #keep(pair, user) {
    const { access_token, refresh_token, expires_in } = pair;
    const renew_at = Date.now() + (expires_in - Math.min(60, expires_in / 4)) * 1000;
    this.#storage.setItem(SESSION, JSON.stringify({ access_token, refresh_token, renew_at, user }));
  }

  #end(reason) {
    this.disconnect();
    this.#storage.removeItem(SESSION);
    this.#tell("session", null, reason);
  }

  /** An access token that is good for a while. */
  async token() {
    const session = this.#session;
    if (!session) throw new KoineError(401, { code: "NOT_AUTHENTICATED", message: "nobody is signed in" });
    return session.renew_at > Date.now() ? session.access_token : this.#renew(session.access_token);
  }

  /** One at a time, and where the browser has locks, one at a time of all tabs, which share the session. */
  #renew(stale) {
    const locks = globalThis.navigator?.locks;
    const renew = async () => {
      const session = this.#session;
      if (session && session.access_token !== stale) return session.access_token; // another tab was first
      const pair = await this.callWithout("POST", "/token/refresh", { refresh_token: session?.refresh_token ?? "" });
      this.#keep(pair, session.user); // before it is used
      return pair.access_token;
    };
    this.#renewal ??= Promise.resolve(locks ? locks.request(SESSION, renew) : renew())
      .catch((problem) => {
        if (problem.status === 401 || problem.status === 400) this.#end("ended");
        throw problem;
      })
      .finally(() => (this.#renewal = null));
    return this.#renewal;
  }

  // ---- calls

  /** Makes a call and gives the answer's body. Throws a `KoineError`. */
  async call(method, path, body) {
    const token = await this.token();
    return this.#fetch(method, path, body, token).catch(async (problem) => {
      if (problem.code !== "NOT_AUTHENTICATED") throw problem;
      return this.#fetch(method, path, body, await this.#renew(token));
    });
  }

  /** The same without a token, for the few calls that need none. */
  callWithout(method, path, body) {
    return this.#fetch(method, path, body, null);
  }

  /** The bytes behind a file's `url` or `thumbnail_url`. */
  async file(url) {
    return (await this.#answer("GET", url, undefined, { Authorization: `Bearer ${await this.token()}` })).blob();
  }

  /** Uploads a file and gives its media. `progress` is told a number from 0 to 1 where the platform knows it. */
  async upload(file, { progress = () => {}, signal } = {}) {
    const name = encodeURIComponent(file.name ?? "file").replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
    const headers = {
      Authorization: `Bearer ${await this.token()}`,
      "Content-Disposition": `attachment; filename*=UTF-8''${name}`,
      "Content-Type": file.type || "application/octet-stream",
    };
    if (!globalThis.XMLHttpRequest) return (await this.#answer("POST", "/media", file, headers, signal)).json();
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest(); // fetch does not tell how far it is
      request.open("POST", `${this.#server}/media`);
      Object.entries(headers).forEach(([header, value]) => request.setRequestHeader(header, value));
      request.responseType = "json";
      request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
      request.onload = () =>
        request.status === 200 ? resolve(request.response) : reject(refusal(request.status, request.response));
      request.onerror = () => reject(new KoineError(0, OFFLINE));
      request.onabort = () => reject(new KoineError(0, { code: "CANCELLED", message: "was cancelled" }));
      signal?.addEventListener("abort", () => request.abort());
      request.send(file);
    });
  }

  async #fetch(method, path, body, token) {
    const headers = { Accept: "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    return (await this.#answer(method, path, body && JSON.stringify(body), headers)).json();
  }

  async #answer(method, path, body, headers, signal) {
    const answer = await fetch(this.#server + path, { method, headers, body, signal }).catch(() => {
      throw new KoineError(0, OFFLINE);
    });
    if (answer.ok) return answer;
    throw refusal(answer.status, await answer.json().catch(() => null));
  }

  // ---- events

  /** Follows the log from the cursor on, and stays connected until `disconnect`. */
  connect(cursor = this.cursor) {
    this.cursor = cursor;
    this.#wanted = true;
    this.#open();
  }

  disconnect() {
    this.#wanted = false;
    this.#failures = 0;
    this.#drop(1000);
    this.#counts.clear();
  }

  /** Tries at once instead of after the pause: the network is back, or somebody looks. */
  reconnect() {
    if (this.#wanted && !this.#socket) this.#open();
  }

  /** A command on the socket, e.g. `command("typing", {chat_id})`; rejected if it is not live. */
  command(type, fields = {}) {
    if (this.connection !== "live") return Promise.reject(new KoineError(0, OFFLINE));
    const ref = String(++this.#refs);
    this.#socket.send(JSON.stringify({ type, ref, ...fields }));
    return new Promise((resolve, reject) => this.#waiting.set(ref, { resolve, reject }));
  }

  async #open() {
    clearTimeout(this.#timers.open);
    const socket = (this.#socket = {}); // takes the place until there is one
    this.#become("connecting");
    try {
      if (this.#failures) await this.call("GET", "/user/me"); // a socket that is refused does not say why
      const token = await this.token();
      if (this.#socket !== socket) return;
      this.#socket = new WebSocket(`${this.#server.replace(/^http/, "ws")}/ws`, ["koine.v1", `bearer.${token}`]);
      this.#listen(this.#socket);
    } catch {
      if (this.#socket === socket) this.#closed(socket);
    }
  }

  #listen(socket) {
    socket.onmessage = ({ data }) => socket === this.#socket && this.#heard(socket, JSON.parse(data));
    socket.onclose = ({ code, reason }) => this.#closed(socket, code, reason);
    this.#expectWithin(socket, 20_000);
  }

  /** A connection that is silent for too long is dead, whatever the operating system thinks of it. */
  #expectWithin(socket, time) {
    clearTimeout(this.#timers.silence);
    this.#timers.silence = setTimeout(() => this.#closed(socket), time);
  }

  async #heard(socket, frame) {
    if (frame.type === "hello") socket.silence = frame.heartbeat_s * 2000;
    this.#expectWithin(socket, socket.silence ?? 20_000);
    switch (frame.type) {
      case "hello":
        return this.#resume(socket);
      case "reset":
        return this.#reset(socket, frame.cursor);
      case "ok":
      case "error":
        return this.#answered(frame);
      case "synced":
        this.#failures = 0;
        this.#become("live");
        this.flush();
    }
    this.#count(frame);
    this.#tell("event", frame);
    this.cursor = frame.cursor ?? this.cursor; // only now: it has been dealt with
  }

  #resume(socket) {
    socket.send(JSON.stringify({ type: "resume", since: this.cursor }));
  }

  /** The log can't tell what happened since: everything is loaded anew, and only then are events followed again. */
  async #reset(socket, cursor) {
    this.#counts.clear();
    try {
      await Promise.all(this.#tell("reset"));
    } catch {
      return this.#closed(socket); // with the old cursor, so that this comes again
    }
    this.cursor = cursor;
    if (socket === this.#socket) this.#resume(socket);
  }

  #answered({ ref, type, message, code }) {
    const waiting = this.#waiting.get(ref);
    this.#waiting.delete(ref);
    if (type === "ok") waiting?.resolve(message);
    else waiting?.reject(new KoineError(STATUS[code] ?? 400, { code, message }));
  }

  #drop(code) {
    const socket = this.#socket;
    this.#socket = null;
    clearTimeout(this.#timers.silence);
    clearTimeout(this.#timers.open);
    this.#waiting.forEach(({ reject }) => reject(new KoineError(0, OFFLINE)));
    this.#waiting.clear();
    socket?.close?.(code);
    this.#become("offline");
  }

  /** @param reason of 1012, by which a server goes down: after how many seconds to come back */
  #closed(socket, code, reason) {
    if (socket !== this.#socket) return;
    this.#drop();
    const pause = Math.min(LONGEST_PAUSE, 500 * 2 ** this.#failures++) * (0.5 + Math.random() / 2);
    if (this.#wanted) this.#timers.open = setTimeout(() => this.#open(), (code === 1012 && Number(reason) * 1000) || pause);
    if (code === 4401 && this.me) this.token().then((token) => this.#renew(token)).catch(() => {});
  }

  #become(connection) {
    if (this.connection === connection) return;
    this.connection = connection;
    this.#tell("connection", connection);
  }

  // ---- counting

  /** Says up to which `seq` of a chat its messages were read by HTTP. */
  has(chat_id, seq) {
    if (!this.#counts.has(chat_id)) this.#counts.set(chat_id, { upTo: seq, ahead: new Set() });
  }

  /**
   * A message brings the next `seq` of its chat, and of one that was deleted meanwhile its deletion does, later than
   * its turn. So a hole is a loss only when the server says that it has sent all there is.
   */
  #count({ type, chat_id, seq, chat }) {
    if (chat) this.has(chat.id, chat.last_seq);
    if (type === "chat.left" || type === "chat.deleted") this.#counts.delete(chat_id);
    if (type === "message" || type === "message.deleted") this.#countOne(chat_id, seq);
    if (type === "synced" || type === "heartbeat") this.#counts.forEach((count, id) => this.#lookForLoss(count, id));
  }

  #countOne(chat_id, seq) {
    this.has(chat_id, seq);
    const count = this.#counts.get(chat_id);
    if (seq > count.upTo) count.ahead.add(seq);
    while (count.ahead.delete(count.upTo + 1)) count.upTo++;
  }

  #lookForLoss(count, chat_id) {
    if (!count.ahead.size) return;
    count.upTo = Math.max(...count.ahead);
    count.ahead.clear();
    this.#tell("loss", { chat_id });
  }

  // ---- the outbox

  /** What was not sent yet, the oldest first; with an `error` what was refused, which waits for `retry` or `discard`. */
  get outbox() {
    return this.me ? JSON.parse(this.#storage.getItem(`koine.outbox.${this.me.id}`) ?? "[]") : [];
  }

  #keepOutbox(entries) {
    this.#storage.setItem(`koine.outbox.${this.me.id}`, JSON.stringify(entries));
    this.#tell("outbox", entries);
  }

  /** @param message `{contents, kind?, media_id?, reply_to?}`. Gives what stands in the outbox from now on. */
  send(chat_id, message) {
    const key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0"));
    const entry = { key: key.join(""), chat_id, created_at: new Date().toISOString(), ...message };
    this.#keepOutbox([...this.outbox, entry]);
    this.flush();
    return entry;
  }

  retry(key) {
    this.#keepOutbox(this.outbox.map((entry) => (entry.key === key ? { ...entry, error: undefined } : entry)));
    this.flush();
  }

  discard(key) {
    this.#keepOutbox(this.outbox.filter((entry) => entry.key !== key));
  }

  /** Sends what waits, one after the other, so that it arrives in the order in which it was written. */
  async flush() {
    clearTimeout(this.#timers.flush);
    if (this.#flushing) return;
    this.#flushing = true;
    try {
      for (let entry; (entry = this.outbox.find(({ error }) => !error)); ) await this.#post(entry);
    } catch {
      this.#timers.flush = setTimeout(() => this.flush(), 3_000);
    } finally {
      this.#flushing = false;
    }
  }

  async #post({ chat_id, created_at, ...body }) {
    try {
      const message = await this.call("POST", `/chat/${chat_id}/message`, body);
      this.#tell("sent", { key: body.key, message });
      this.discard(body.key);
    } catch (problem) {
      if (problem.isTemporary || !this.me || problem.code === "NOT_AUTHENTICATED") throw problem;
      const { code, message } = problem;
      this.#keepOutbox(this.outbox.map((entry) => (entry.key === body.key ? { ...entry, error: { code, message } } : entry)));
    }
  }
}

function refusal(status, body) {
  return new KoineError(status, body?.details ?? { code: "UNAVAILABLE", message: "the server can't answer now" });
}
