(function () {
  "use strict";
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  var button = document.getElementById("theme");
  function isDark() {
    var chosen = root.getAttribute("data-theme");
    return chosen ? chosen === "dark" : dark.matches;
  }
  function name() { button.textContent = isDark() ? "Light" : "Dark"; }
  button.addEventListener("click", function () {
    root.setAttribute("data-theme", isDark() ? "light" : "dark");
    name();
  });
  dark.addEventListener("change", name);
  name();
  button.hidden = false;

  var form = document.getElementById("filter");
  var cards = Array.prototype.slice.call(document.querySelectorAll("details.finding"));
  if (form && cards.length > 1) {
    var words = document.getElementById("words");
    var grade = document.getElementById("grade");
    var shown = document.getElementById("shown");
    var texts = cards.map(function (card) { return card.textContent.toLowerCase(); });
    var filter = function () {
      var wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
      var count = 0;
      cards.forEach(function (card, index) {
        var fits = (!grade.value || card.dataset.grade === grade.value) &&
          wanted.every(function (word) { return texts[index].indexOf(word) >= 0; });
        card.hidden = !fits;
        if (fits) { count += 1; }
      });
      shown.textContent = count === cards.length ? "" : count + " of " + cards.length + " shown";
    };
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    words.addEventListener("input", filter);
    grade.addEventListener("change", filter);
    form.hidden = false;
  }

  var opened = [];
  window.addEventListener("beforeprint", function () {
    opened = cards.filter(function (card) { return !card.open; });
    opened.forEach(function (card) { card.open = true; });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (card) { card.open = false; });
    opened = [];
  });
})();
