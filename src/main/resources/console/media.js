// Files need the token, which an `img` can't send: they are fetched, and shown from the browser's memory.

const KEPT = 120;

export class Media {
  #koine;
  #changed;
  #urls = new Map();

  constructor(koine, changed) {
    this.#koine = koine;
    this.#changed = changed;
  }

  /** An address for an `img`; null while it is fetched, and `undefined` if that failed. */
  url(path) {
    if (!this.#urls.has(path)) this.#fetch(path);
    return this.#urls.get(path);
  }

  async #fetch(path) {
    this.#urls.set(path, null);
    this.#forgetOldest();
    try {
      this.#urls.set(path, URL.createObjectURL(await this.#koine.file(path)));
    } catch {
      this.#urls.set(path, undefined);
    }
    this.#changed();
  }

  #forgetOldest() {
    if (this.#urls.size <= KEPT) return;
    const [path, url] = this.#urls.entries().next().value;
    this.#urls.delete(path);
    if (url) URL.revokeObjectURL(url);
  }

  /** Has the browser store a file under its name. */
  async save({ url, file_name }) {
    const address = URL.createObjectURL(await this.#koine.file(url));
    Object.assign(document.createElement("a"), { href: address, download: file_name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }

  clear() {
    this.#urls.forEach((url) => url && URL.revokeObjectURL(url));
    this.#urls.clear();
  }
}
