// Before the first paint, so that nobody in the dark is blinded; a file of its own because the page allows no inline script.
(() => {
  const chosen = localStorage.getItem("mantine-color-scheme-value");
  const prefersDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const scheme = chosen === "light" || chosen === "dark" ? chosen : prefersDark ? "dark" : "light";
  document.documentElement.setAttribute("data-mantine-color-scheme", scheme);
})();
