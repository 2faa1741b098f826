// What the console says in words: refusals, times, sizes.

const REFUSALS = {
  OFFLINE: "The server can't be reached. Is there a connection?",
  WRONG_CREDENTIALS: "That name and password don't go together.",
  USER_EXISTS: "Somebody has that name or address already.",
  CHAT_WITH_YOURSELF: "That's you. Find somebody else to talk to.",
  BLOCKED: "One of you two has blocked the other.",
  FORBIDDEN: "You may not do that here.",
  NOT_THE_OWNER: "That message isn't yours.",
  CHAT_DOES_NOT_EXIST: "That chat isn't there any more, or you are not in it.",
  MESSAGE_DOES_NOT_EXIST: "That message isn't there any more.",
  USER_DOES_NOT_EXIST: "There is nobody like that.",
  USER_NOT_EXISTS: "There is nobody like that.",
  MEDIA_DOES_NOT_EXIST: "That file isn't there any more.",
  TOO_LARGE: "That's too large to send.",
  TOO_MANY_REQUESTS: "That was too much at once. Try again in a moment.",
  UNAVAILABLE: "The server can't answer now. Try again in a moment.",
  INTERNAL_ERROR: "Something went wrong on the server.",
  NOT_AUTHENTICATED: "You are not signed in any more.",
};

const FIELDS = {
  username: "Name",
  email: "E-mail address",
  password: "Password",
  new_password: "New password",
  phone: "Telephone number",
  contents: "Message",
  name: "Name",
  bio: "About",
  token: "This link",
};

/** One sentence that says what was refused. */
export function refusal(problem) {
  const fields = Object.entries(problem.errors ?? {}).map(([field, what]) => `${FIELDS[field] ?? field} ${what}`);
  if (fields.length) return `${fields.join("; ")}.`;
  return REFUSALS[problem.code] ?? `That didn't work: ${problem.message}.`;
}

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const WEEKDAY = new Intl.DateTimeFormat(undefined, { weekday: "long" });
const DATE = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });
const SHORT_DATE = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });

const daysAgo = (time) => Math.round((new Date().setHours(0, 0, 0, 0) - new Date(time).setHours(0, 0, 0, 0)) / 864e5);

export const clock = (time) => CLOCK.format(new Date(time));
export const full = (time) => FULL.format(new Date(time));

/** As the heading of a day. */
export function day(time) {
  const ago = daysAgo(time);
  if (ago === 0) return "Today";
  if (ago === 1) return "Yesterday";
  return ago < 7 ? WEEKDAY.format(new Date(time)) : DATE.format(new Date(time));
}

/** As short as a list needs it. */
export function brief(time) {
  const ago = daysAgo(time);
  if (ago === 0) return clock(time);
  if (ago === 1) return "Yesterday";
  return ago < 7 ? WEEKDAY.format(new Date(time)).slice(0, 3) : SHORT_DATE.format(new Date(time));
}

/** When somebody was there last. */
export function lastSeen(person) {
  if (person?.online) return "online";
  if (!person?.last_active) return "offline";
  const minutes = Math.floor((Date.now() - new Date(person.last_active)) / 60_000);
  if (minutes < 1) return "last seen just now";
  if (minutes < 60) return `last seen ${minutes} min ago`;
  return `last seen ${daysAgo(person.last_active) === 0 ? `at ${clock(person.last_active)}` : brief(person.last_active)}`;
}

export function bytes(size) {
  const units = ["B", "KB", "MB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log(Math.max(size, 1)) / Math.log(1024)));
  return `${(size / 1024 ** power).toFixed(power && size / 1024 ** power < 10 ? 1 : 0)} ${units[power]}`;
}

export const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;

/** What stands for a message where there is one line. */
export function gist(message) {
  if (!message) return "";
  return message.contents || (message.kind === "image" ? "Picture" : (message.media?.file_name ?? "File"));
}
