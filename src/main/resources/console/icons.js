// Small drawings, all in one box of 24 by 24 and in the colour of the text around them. They say nothing to a screen
// reader: what they stand on has a name.

import { html, svg } from "./lit-html/lit-html.js";

const icon = (drawing) => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${drawing}</svg>`;

const line = (path) => icon(svg`<path d=${path} />`);

export const icons = {
  chats: line("M5 5h14a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-7l-5 4v-4H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1z"),
  people: line("M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM3 20c0-3.500 2.500-6 6-6s6 2.500 6 6M16 4.500a3.500 3.500 0 0 1 0 6.500M18 14.500c1.900.8 3 2.800 3 5.500"),
  rooms: line("M9 4 7 20M17 4l-2 16M4 9h17M3 15h17"),
  search: line("M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5"),
  settings: line("M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4"),
  send: line("M4 12 20 4l-5 16-4-7zM11 13l9-9"),
  attach: line("M20 11l-8.500 8.500a5 5 0 0 1-7-7L13 4a3.400 3.400 0 0 1 5 5l-8.500 8.500a1.700 1.700 0 0 1-2.500-2.500L14.500 7.500"),
  back: line("M15 5l-7 7 7 7"),
  more: line("M5 12h.01M12 12h.01M19 12h.01"),
  info: line("M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v6M12 7.500h.01"),
  reply: line("M10 7 4 12l6 5v-3.500c5 0 8 1 10 4.500-.5-5-4-8-10-8z"),
  edit: line("M4 20l1-4L16 5l3 3L8 19zM14 7l3 3"),
  trash: line("M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13"),
  copy: line("M9 9h10v11H9zM5 15V4h10"),
  check: line("M5 12.500 10 17 19 7"),
  checks: line("M2 12.500 7 17l8-10M12 16l1 1 9-10"),
  clock: line("M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2"),
  warning: line("M12 4 2.500 20h19zM12 10v4M12 17h.01"),
  close: line("M6 6l12 12M18 6 6 18"),
  plus: line("M12 5v14M5 12h14"),
  file: line("M6 3h8l4 4v14H6zM14 3v4h4"),
  device: line("M4 5h16v11H4zM2 20h20"),
  down: line("M12 5v14M6 13l6 6 6-6"),
};
