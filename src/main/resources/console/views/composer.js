// Where one writes: a text, maybe in answer to a message or in place of one, maybe with a file.

import { html, nothing } from "../lit-html/lit-html.js";
import { live } from "../lit-html/directives/live.js";
import { icons } from "../icons.js";
import { iconButton } from "../parts.js";
import { bytes, gist, refusal } from "../words.js";
import { toEnd } from "./conversation.js";

const PICTURES = ["image/jpeg", "image/png", "image/gif", "image/webp"];
const TYPING_EVERY = 2_000;
const LONGEST = 2047;

/** What somebody has begun in a chat: `{text, reply, edit, file}`. It stays when they look at another one. */
export function draftOf(app, chat) {
  if (!app.ui.drafts.has(chat.id)) app.ui.drafts.set(chat.id, { text: "", reply: null, edit: null, file: null });
  return app.ui.drafts.get(chat.id);
}

export function composer(app, chat) {
  const draft = draftOf(app, chat);
  const over = [...draft.text].length - LONGEST;
  return html`
    <form class="composer" name="composer" @submit=${(event) => (event.preventDefault(), send(app, chat))}>
      ${draft.edit ? about(app, chat, "Editing", draft.edit) : draft.reply ? about(app, chat, `Reply to ${app.model.name(draft.reply.author_id)}`, draft.reply) : nothing}
      ${draft.file ? preview(app, draft) : nothing}
      ${over > 0 ? html`<p class="problem" role="alert">That is ${over} characters too long.</p>` : nothing}
      <div class="writing">
        <label class="icon-button" title="Attach a file">${icons.attach}<span class="unseen">Attach a picture or a file</span>
          <input type="file" class="unseen" ?disabled=${Boolean(draft.edit)} @change=${(event) => chosen(app, chat, event)}></label>
        <textarea id="composer" rows="1" placeholder="Write a message" aria-label="Message" enterkeyhint="send" .value=${live(draft.text)}
          @input=${(event) => typed(app, chat, event)} @keydown=${(event) => key(app, chat, event)} @paste=${(event) => pasted(app, chat, event)}></textarea>
        <button class="icon-button send" aria-label=${draft.edit ? "Save" : "Send"} ?disabled=${over > 0 || Boolean(draft.file?.progress >= 0 && !draft.file.problem)}>${draft.edit ? icons.check : icons.send}</button>
      </div>
    </form>
  `;
}

const about = (app, chat, title, message) => html`
  <div class="about-bar"><span><b>${title}</b><span>${gist(message)}</span></span>${iconButton("Cancel", icons.close, () => cancel(app, chat))}</div>
`;

function preview(app, { file }) {
  const sending = file.progress >= 0 && !file.problem;
  return html`
    <div class="preview">
      ${file.url ? html`<img src=${file.url} alt="">` : icons.file}
      <span class="row-text"><b>${file.file.name}</b>
        ${file.problem
          ? html`<small class="problem" role="alert">${file.problem}</small>`
          : sending
            ? html`<progress max="1" value=${file.progress} aria-label="Uploading ${file.file.name}"></progress>`
            : html`<small>${bytes(file.file.size)}</small>`}</span>
      ${iconButton(sending ? "Cancel the upload" : "Don't send this file", icons.close, file.drop)}
    </div>
  `;
}

function cancel(app, chat) {
  const draft = draftOf(app, chat);
  if (draft.edit) draft.text = "";
  draft.edit = draft.reply = null;
  focus(app);
}

const focus = (app) => app.afterDrawing(() => document.getElementById("composer")?.focus());

export function answer(app, chat, message) {
  Object.assign(draftOf(app, chat), { reply: message, edit: null });
  focus(app);
}

export function change(app, chat, message) {
  Object.assign(draftOf(app, chat), { edit: message, reply: null, file: null, text: message.contents ?? "" });
  focus(app);
}

// ---- files

function chosen(app, chat, { target }) {
  if (target.files[0]) takeFile(app, chat, target.files[0]);
  target.value = "";
}

function pasted(app, chat, event) {
  const [file] = event.clipboardData.files;
  if (!file) return;
  event.preventDefault();
  takeFile(app, chat, file);
}

export function takeFile(app, chat, file) {
  const draft = draftOf(app, chat);
  draft.file?.drop();
  const abort = new AbortController();
  const url = PICTURES.includes(file.type) ? URL.createObjectURL(file) : null;
  const drop = () => {
    abort.abort();
    if (url) URL.revokeObjectURL(url);
    draft.file = null;
    app.update();
  };
  draft.file = { file, url, abort, drop, progress: -1, problem: null };
  focus(app);
}

/** The file goes first. If that fails it stays here, with what was written, until somebody tries again. */
async function upload(app, draft) {
  const taken = draft.file;
  Object.assign(taken, { progress: 0, problem: null });
  app.update();
  const progress = (part) => {
    taken.progress = part;
    app.update();
  };
  try {
    return await app.koine.upload(taken.file, { progress, signal: taken.abort.signal });
  } catch (problem) {
    taken.problem = problem.code === "CANCELLED" ? null : refusal(problem);
    taken.progress = -1;
    app.update();
    return null;
  }
}

// ---- words

function typed(app, chat, { target }) {
  draftOf(app, chat).text = target.value;
  app.update();
  if (!target.value || Date.now() - (app.ui.typedAt ?? 0) < TYPING_EVERY) return;
  app.ui.typedAt = Date.now();
  app.koine.command("typing", { chat_id: chat.id }).catch(() => {}); // not worth more than this
}

function key(app, chat, event) {
  const draft = draftOf(app, chat);
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send(app, chat);
  } else if (event.key === "Escape" && (draft.edit || draft.reply)) {
    cancel(app, chat);
  } else if (event.key === "ArrowUp" && !draft.text) {
    const last = app.model.history(chat.id).messages.findLast(({ author_id }) => author_id === app.model.me.id);
    if (last?.contents) (event.preventDefault(), change(app, chat, last));
  }
}

async function send(app, chat) {
  const draft = draftOf(app, chat);
  const contents = draft.text.trim();
  if ([...contents].length > LONGEST || (draft.file && draft.file.progress >= 0)) return;
  if (draft.edit) return save(app, draft, contents);
  if (!contents && !draft.file) return;
  const media = draft.file && (await upload(app, draft));
  if (draft.file && !media) return;
  draft.file?.drop();
  const reply_to = draft.reply?.id;
  Object.assign(draft, { text: "", reply: null });
  app.koine.send(chat.id, media ? { contents, media_id: media.id, kind: kindOf(media), reply_to } : { contents, reply_to });
  app.ui.newSince = null;
  toEnd(app);
}

const kindOf = (media) => (PICTURES.includes(media.content_type) ? "image" : "file");

async function save(app, draft, contents) {
  const { edit } = draft;
  if (contents === (edit.contents ?? "")) return Object.assign(draft, { edit: null, text: "" }) && app.update();
  if (!contents && !edit.media) return app.toast("An empty message says nothing. Delete it instead.");
  if (await app.attempt(() => app.koine.call("PATCH", `/message/${edit.id}`, { contents }))) Object.assign(draft, { edit: null, text: "" });
  app.update();
}
