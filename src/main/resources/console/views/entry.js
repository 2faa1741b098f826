// Who is not signed in: the ways in, and where mailed links lead.

import { html, nothing } from "../lit-html/lit-html.js";
import { field, form, spinner } from "../parts.js";
import { refusal } from "../words.js";

export const entry = (app) => html`
  <main class="entry">
    <div class="card">
      <p class="brand"><img src="/console/icon.svg" alt="" width="44" height="44"> Koine</p>
      ${page(app)}
    </div>
    <p class="motto">One place to talk, whatever the client.</p>
  </main>
`;

function page(app) {
  if (app.mailed) return app.mailed.purpose === "password" ? resetPassword(app) : confirmEmail(app);
  switch (app.ui.route[0]) {
    case "register":
      return register(app);
    case "forgot":
      return forgot(app);
    default:
      return signIn(app);
  }
}

/** What a browser calls itself, for its owner to recognise among the devices. */
function device() {
  const agent = navigator.userAgent;
  const [, browser] = agent.match(/(Firefox|Edg|OPR|Chrome|Safari)\//) ?? [null, "Browser"];
  const [, system] = agent.match(/(Android|iPhone|iPad|Windows|Mac OS X|Linux)/) ?? [null, "some system"];
  return `${{ Edg: "Edge", OPR: "Opera" }[browser] ?? browser} on ${system}`;
}

function signIn(app) {
  const farewell = app.ui.notice ?? sessionStorage.getItem("koine.farewell");
  return html`
    <h1 tabindex="-1">Sign in</h1>
    ${farewell ? html`<p class="notice" role="status">${farewell}</p>` : nothing}
    ${form(app, "sign-in", {
      body: (errors) => html`
        ${field("Name or e-mail address", "usernameOrEmail", { complete: "username", invalid: errors.usernameOrEmail, autofocus: true })}
        ${field("Password", "password", { type: "password", complete: "current-password", invalid: errors.password })}
      `,
      button: "Sign in",
      action: async (fields) => {
        await app.koine.login({ ...fields, device: device() });
        sessionStorage.removeItem("koine.farewell");
      },
    })}
    <p class="ways"><a href="#/register">Make an account</a><a href="#/forgot">Forgot the password?</a></p>
  `;
}

const register = (app) => html`
  <h1 tabindex="-1">Make an account</h1>
  ${form(app, "register", {
    body: (errors) => html`
      ${field("Name", "username", { complete: "username", longest: 64, invalid: errors.username, autofocus: true })}
      ${field("Password", "password", { type: "password", complete: "new-password", hint: "4 characters or more", invalid: errors.password })}
      ${field("E-mail address", "email", { type: "email", complete: "email", hint: "optional, to get back in", longest: 255, invalid: errors.email })}
    `,
    button: "Make an account",
    action: ({ username, password, email }) =>
      app.koine.register({ username, password, email: email || undefined, device: device() }),
  })}
  <p class="ways"><a href="#/sign-in">I have one already</a></p>
`;

const forgot = (app) =>
  app.ui.letterSent
    ? html`
        <h1 tabindex="-1">Look into your mail</h1>
        <p>If an account has that address, a link is on its way to it. It is good for an hour.</p>
        <p class="ways"><a href="#/sign-in">Back to signing in</a></p>
      `
    : html`
        <h1 tabindex="-1">A new password</h1>
        <p>We send a link to the address of your account.</p>
        ${form(app, "forgot", {
          body: (errors) => field("E-mail address", "email", { type: "email", complete: "email", invalid: errors.email, autofocus: true }),
          button: "Send the link",
          action: async (fields) => {
            await app.koine.callWithout("POST", "/password/forgot", fields);
            app.ui.letterSent = true;
          },
        })}
        <p class="ways"><a href="#/sign-in">Back to signing in</a></p>
      `;

/** Where the link in the letter leads. */
const resetPassword = (app) => html`
  <h1 tabindex="-1">Choose a new password</h1>
  <p>All your devices are signed out by it.</p>
  ${form(app, "reset", {
    body: (errors) =>
      field("New password", "new_password", {
        type: "password", complete: "new-password", hint: "4 characters or more", invalid: errors.new_password, autofocus: true,
      }),
    button: "Set the password",
    action: async ({ new_password }) => {
      await app.koine.callWithout("POST", "/password/reset", { token: app.mailed.token, new_password });
      leave(app, "The password is set. Sign in with it.");
      if (app.koine.me) await app.koine.logout(); // which has ended already, as all of one's sessions
    },
  })}
  <p class="ways"><a href="#/forgot" @click=${() => leave(app)}>Ask for another link</a></p>
`;

function leave(app, notice) {
  app.mailed = null;
  app.ui.notice = notice;
  app.update();
}

function confirmEmail(app) {
  app.ui.confirming ??= confirm(app);
  const { confirmed } = app.ui;
  return html`
    <h1 tabindex="-1">Your e-mail address</h1>
    ${confirmed ? html`<p role="status">${confirmed}</p>` : spinner("Confirming…")}
    <p class="ways"><a href="/">Go on</a></p>
  `;
}

async function confirm(app) {
  try {
    await app.koine.callWithout("GET", `/email/confirm?token=${encodeURIComponent(app.mailed.token)}`);
    app.ui.confirmed = "It is confirmed. Thank you.";
  } catch (problem) {
    app.ui.confirmed = refusal(problem);
  }
  app.update();
}
