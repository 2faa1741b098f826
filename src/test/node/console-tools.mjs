// What both scripts of the console's parts need: a place to keep things as a browser has it, waiting, and telling.

setTimeout(() => { console.error("nothing came"); process.exit(1); }, 40_000).unref();

export const say = (step, fields) => console.log(JSON.stringify({ step, ...fields }));

export class Storage {
  items = new Map();
  getItem = (key) => this.items.get(key) ?? null;
  setItem = (key, value) => this.items.set(key, value);
  removeItem = (key) => this.items.delete(key);
}

export const until = async (what, condition) => {
  for (const end = Date.now() + 15_000; !(await condition()); await new Promise((go) => setTimeout(go, 20)))
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
};
