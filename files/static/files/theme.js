// Before anything is drawn: the chosen theme, so that a dark page does not flash.
try {
  const theme = localStorage.getItem("pithos-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // A browser that keeps nothing shows what its system says.
}
