// Before anything is shown, so that nothing flashes: the theme that was chosen here, if one was. Otherwise the
// style sheet follows the system's.
document.documentElement.dataset.theme = localStorage.getItem("koine.theme") ?? "system";
