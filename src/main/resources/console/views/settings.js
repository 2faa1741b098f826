// Oneself: what others see, how it looks here, the devices, the way out.

import { html, nothing } from "../lit-html/lit-html.js";
import { ask, close, fill } from "../dialogs.js";
import { icons } from "../icons.js";
import { avatar, field, form, heading, skeleton, small } from "../parts.js";
import { brief, full } from "../words.js";

const THEMES = [["system", "As the system"], ["light", "Light"], ["dark", "Dark"]];

export function settings(app) {
  const { me } = app.model;
  const devices = (app.ui.lists.devices ??= { sessions: null });
  if (!devices.sessions && !devices.loading) loadDevices(app, devices);
  return html`
    ${heading("Settings")}
    <div class="scroll page">
      <div class="profile">${avatar(me.id, me.username)}<h2>${me.username}</h2>${address(app, me)}</div>
      ${form(app, "profile", {
        body: (errors) => html`
          ${field("About you", "bio", { value: me.bio ?? "", longest: 64, invalid: errors.bio })}
          ${field("Telephone number", "phone", { type: "tel", value: me.phone ?? "", hint: "10 digits; people who use phonechat know you by it", complete: "tel-national", longest: 10, invalid: errors.phone })}
        `,
        button: "Save",
        action: (fields) => saveProfile(app, me, fields),
      })}
      ${appearance(app)}
      <h2 id="devices">Devices</h2>
      ${devices.sessions ? nothing : skeleton(2)}
      <ul class="rows" aria-labelledby="devices">${devices.sessions?.map((session) => device(app, devices, session))}</ul>
      <h2>Account</h2>
      <p class="buttons">
        ${small("Change the password", () => changePassword(app))}
        ${small("Sign out", () => signOut(app))}
        ${small("Erase the account", () => erase(app), { kind: "danger" })}
      </p>
    </div>
  `;
}

function address(app, { email, email_confirmed }) {
  if (!email) return html`<p class="quiet">No e-mail address</p>`;
  if (email_confirmed) return html`<p class="quiet">${email}</p>`;
  const send = async () => {
    await app.koine.call("POST", "/user/email/confirm");
    app.toast(`A link is on its way to ${email}.`);
  };
  return html`<p class="quiet">${email}, not confirmed ${small("Confirm it", () => app.attempt(send))}</p>`;
}

async function saveProfile(app, me, { bio, phone }) {
  if (bio !== (me.bio ?? "")) await app.koine.call("PATCH", "/user/bio", { bio });
  if (phone && phone !== me.phone) await app.koine.call("PATCH", "/user/phone", { phone });
  app.model.me = await app.koine.call("GET", "/user/me");
  app.toast("Saved.");
}

function appearance(app) {
  const now = document.documentElement.dataset.theme;
  return html`
    <fieldset class="segments"><legend>Appearance</legend>
      ${THEMES.map(([theme, name]) => html`
        <label><input type="radio" name="theme" value=${theme} .checked=${now === theme} @change=${() => chooseTheme(app, theme)}><span>${name}</span></label>
      `)}
    </fieldset>
  `;
}

function chooseTheme(app, theme) {
  localStorage.setItem("koine.theme", theme);
  document.documentElement.dataset.theme = theme;
  app.update();
}

// ---- devices

function loadDevices(app, devices) {
  devices.loading = true;
  return app.attempt(async () => {
    devices.sessions = (await app.koine.call("GET", "/user/sessions")).sessions;
    devices.loading = false;
  });
}

const device = (app, devices, { id, device, address, last_seen_at, current }) => html`
  <li class="row">
    <span class="avatar plain" aria-hidden="true">${icons.device}</span>
    <span class="row-text"><b>${device ?? "A device without a name"}</b>
      <small>${current ? "This one" : html`<time datetime=${last_seen_at} title=${full(last_seen_at)}>Last used ${brief(last_seen_at)}</time>`}${address ? ` · ${address}` : ""}</small></span>
    <span class="row-actions">${current ? nothing : small("Sign out", () => endDevice(app, devices, id), { name: `Sign out ${device ?? "that device"}` })}</span>
  </li>
`;

const endDevice = (app, devices, id) =>
  app.attempt(async () => {
    await app.koine.call("DELETE", `/user/sessions/${id}`);
    await loadDevices(app, devices);
  });

// ---- the account

const changePassword = (app) =>
  fill(app, "Change the password", {
    body: (errors) => html`
      <p>All your other devices are signed out by it.</p>
      ${field("Password until now", "old_password", { type: "password", complete: "current-password", invalid: errors.old_password, autofocus: true })}
      ${field("New password", "new_password", { type: "password", complete: "new-password", invalid: errors.new_password })}
    `,
    button: "Change it",
    action: async (fields) => {
      await app.koine.call("PATCH", "/user/password", fields);
      delete app.ui.lists.devices;
      app.toast("The password is changed.");
    },
  });

function signOut(app) {
  const waiting = app.koine.outbox.length;
  if (!waiting) return void app.koine.logout();
  ask(app, "Sign out?", "Messages that were not sent yet are lost.", "Sign out", () => app.koine.logout());
}

const erase = (app) =>
  fill(app, "Erase the account", {
    body: (errors) => html`
      <p>Your name, address and profile are removed, and you leave your groups. What you wrote stays with those who have it. This can't be undone.</p>
      ${field("Password", "password", { type: "password", complete: "current-password", invalid: errors.password, autofocus: true })}
    `,
    button: "Erase it for good",
    action: async (fields) => {
      await app.koine.call("DELETE", "/user/me", fields);
      close(app);
      await app.koine.logout();
    },
  });
