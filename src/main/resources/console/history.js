// The messages of one chat as far as they are known: without a hole up to the newest, in the order of their ids.

export const PAGE = 50;

export class History {
  /** Whether the newest page was read; before that, only what came live is here. */
  loaded = false;
  loading = false;
  /** Whether the beginning of the chat is reached. */
  complete = false;

  #byId = new Map();
  #gone = new Set();
  #sorted = null;

  /** The oldest first. */
  get messages() {
    return (this.#sorted ??= [...this.#byId.values()].sort((one, other) => one.id - other.id));
  }

  get(id) {
    return this.#byId.get(id);
  }

  /** Takes what is newer than what it has: a page may have been read before an event, and come after it. */
  put(message) {
    const known = this.#byId.get(message.id);
    if (this.#gone.has(message.id) || message.deleted_at || (known && known.updated_at > message.updated_at)) return;
    this.#byId.set(message.id, message);
    this.#sorted = null;
  }

  remove(id) {
    this.#gone.add(id);
    this.#byId.delete(id);
    this.#sorted = null;
  }

  /** A page of the newest, or of those before the oldest that is here. */
  add({ messages }, size) {
    messages.forEach((message) => this.put(message));
    this.loaded = true;
    this.complete ||= messages.length < size;
  }
}
