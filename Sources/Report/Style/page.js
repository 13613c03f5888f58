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

  Array.prototype.forEach.call(document.querySelectorAll("button.copy"), function (button) {
    var rows = document.getElementById(button.dataset.for).rows;
    var say = button.textContent;
    button.addEventListener("click", function () {
      var text = Array.prototype.map.call(rows, function (row) {
        return Array.prototype.map.call(row.cells, function (cell) {
          return cell.innerText.trim().replace(/\s+/g, " ");
        }).join("\t");
      }).join("\n");
      var area = document.createElement("textarea");
      area.value = text;
      document.body.appendChild(area);
      area.select();
      var done = document.execCommand("copy");
      area.remove();
      button.focus();
      button.textContent = done ? "Copied" : "Could not copy";
      setTimeout(function () { button.textContent = say; }, 2000);
    });
    button.hidden = false;
  });

  var opened = [];
  window.addEventListener("beforeprint", function () {
    if (!document.body.classList.contains("all")) { return; }
    opened = cards.filter(function (card) { return !card.open; });
    opened.forEach(function (card) { card.open = true; });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (card) { card.open = false; });
    opened = [];
  });

  // Pictures of time: what lies at an instant is moved, texts keep their size.
  var steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5,
    6e5, 9e5, 18e5, 36e5, 72e5, 108e5, 216e5, 432e5, 864e5, 1728e5, 6048e5, 2592e6, 31536e6];
  function clock(at, step) {
    var text = new Date(at).toISOString();
    if (step >= 864e5) { return text.slice(0, 10); }
    if (step < 1e3) { return text.slice(11, 23); }
    return text.slice(11, step % 6e4 === 0 ? 16 : 19);
  }
  function Picture(svg) {
    var number = function (name) { return parseFloat(svg.dataset[name]); };
    this.svg = svg;
    this.left = number("left");
    this.width = number("width");
    this.bottom = number("bottom");
    this.from = number("from");
    this.until = number("until");
    var read = function (element) {
      var get = function (name) { return parseFloat(element.getAttribute(name)); };
      return {
        element: element, tag: element.tagName, x: get("x"), width: get("width"),
        start: parseFloat((element.getAttribute("d") || "").slice(1)),
        isTraffic: element.classList.contains("traffic"),
        inBar: element.tagName === "text" && element.parentNode.tagName === "g"
      };
    };
    this.parts = Array.prototype.filter.call(svg.querySelectorAll("rect, path, text"),
      function (element) {
        return !element.closest("defs") &&
          !element.matches(".lane-label, .lane-note, .tick");
      }).map(read);
  }
  Picture.prototype.show = function (from, until) {
    var left = this.left, width = this.width, right = left + width;
    var scale = 1 / (until - from);
    var place = function (x) { return left + ((x - left) / width - from) * scale * width; };
    var bar = { from: left, until: left };
    this.parts.forEach(function (part) {
      var element = part.element, isShown = true, x = place(part.x), end;
      if (part.tag === "rect") {
        end = Math.min(right, place(part.x + part.width));
        x = Math.max(left, x);
        isShown = end > left && x < right;
        bar = { from: x, until: isShown ? end : x };
        if (isShown) {
          element.setAttribute("x", x);
          element.setAttribute("width", Math.max(0.8, end - x));
        }
      } else if (part.tag === "text") {
        if (part.inBar) {
          x = Math.max(x, bar.from + 6);
          isShown = x + element.textContent.length * 7 < bar.until;
        } else {
          isShown = x >= left && x <= right;
        }
        element.setAttribute("x", x);
      } else if (part.isTraffic) {
        x = left - left * scale - from * scale * width;
        element.setAttribute("transform", "matrix(" + scale + " 0 0 1 " + x + " 0)");
      } else {
        x = place(part.start);
        isShown = x >= left - 1 && x <= right;
        element.setAttribute("transform", "translate(" + (x - part.start) + " 0)");
      }
      element.style.display = isShown ? "" : "none";
    });
    var length = this.until - this.from;
    this.draw(this.from + length * from, this.from + length * until);
  };
  Picture.prototype.draw = function (from, until) {
    var svg = this.svg, left = this.left, width = this.width, bottom = this.bottom;
    Array.prototype.forEach.call(svg.querySelectorAll(".tick, .grid"), function (old) {
      old.remove();
    });
    var most = width > 500 ? 9 : 4;
    var step = steps.find(function (size) { return (until - from) / size <= most; });
    if (!step) { return; }
    for (var at = Math.ceil(from / step) * step; at <= until; at += step) {
      var x = left + (at - from) / (until - from) * width;
      var line = document.createElementNS(svg.namespaceURI, "line");
      line.setAttribute("class", "grid");
      line.setAttribute("x1", x);
      line.setAttribute("x2", x);
      line.setAttribute("y1", 22);
      line.setAttribute("y2", bottom - 6);
      svg.insertBefore(line, svg.querySelector("defs").nextSibling);
      var label = document.createElementNS(svg.namespaceURI, "text");
      label.setAttribute("class", "tick");
      label.textContent = clock(at, step);
      var half = label.textContent.length * 3.2;
      label.setAttribute("x", Math.min(Math.max(x, left + half), left + width - half));
      label.setAttribute("y", bottom + 10);
      svg.appendChild(label);
    }
  };

  Array.prototype.forEach.call(document.querySelectorAll(".zoom"), function (tools) {
    var stage = tools.previousElementSibling;
    var output = tools.querySelector("output");
    var pictures = Array.prototype.map.call(stage.querySelectorAll("svg"), function (svg) {
      return new Picture(svg);
    });
    var length = pictures[0].until - pictures[0].from;
    // No closer than a fifth of a second, or what lies in it is one column.
    var least = Math.min(1, Math.max(1 / 400, 200 / Math.max(1, length)));
    var view = { from: 0, until: 1 };
    function show(from, span) {
      span = Math.min(1, Math.max(least, span));
      from = Math.min(1 - span, Math.max(0, from));
      view = { from: from, until: from + span };
      stage.classList.toggle("zoomed", span < 1);
      pictures.forEach(function (picture) { picture.show(view.from, view.until); });
      var start = pictures[0].from + length * view.from;
      var end = pictures[0].from + length * view.until;
      output.textContent = span < 1 ? clock(start, 1e3) + " to " + clock(end, 1e3) : "";
    }
    function span() { return view.until - view.from; }
    function zoom(factor, center) {
      var size = Math.min(1, Math.max(least, span() * factor));
      show(center - (center - view.from) * size / span(), size);
    }
    function middle() { return (view.from + view.until) / 2; }
    var actions = {
      in: function () { zoom(0.6, middle()); },
      out: function () { zoom(1 / 0.6, middle()); },
      left: function () { show(view.from - span() / 4, span()); },
      right: function () { show(view.from + span() / 4, span()); },
      all: function () { show(0, 1); }
    };
    var keys = { "+": "in", "=": "in", "-": "out", "_": "out", ArrowLeft: "left",
      ArrowRight: "right", "0": "all", Home: "all" };
    tools.addEventListener("click", function (event) {
      var action = actions[event.target.dataset.zoom];
      if (action) { action(); }
    });
    stage.addEventListener("keydown", function (event) {
      var action = actions[keys[event.key]];
      if (!action || event.ctrlKey || event.metaKey || event.altKey) { return; }
      event.preventDefault();
      action();
    });
    // Where on the picture that is seen a pointer is, as a part of what it shows.
    function spot(clientX) {
      var seen = pictures.find(function (picture) { return picture.svg.clientWidth > 0; });
      if (!seen) { return 0.5; }
      var box = seen.svg.getBoundingClientRect();
      var unit = box.width / seen.svg.viewBox.baseVal.width;
      return ((clientX - box.left) / unit - seen.left) / seen.width;
    }
    stage.addEventListener("wheel", function (event) {
      var isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, view.from + spot(event.clientX) * span());
      } else if (isSideways && span() < 1) {
        event.preventDefault();
        show(view.from + (event.deltaX || event.deltaY) / 1000 * span(), span());
      }
    }, { passive: false });
    stage.addEventListener("dblclick", function (event) {
      zoom(0.5, view.from + spot(event.clientX) * span());
    });
    // One pointer moves the picture, two stretch it.
    var pointers = new Map();
    stage.addEventListener("pointerdown", function (event) {
      if (event.button !== 0) { return; }
      pointers.set(event.pointerId, spot(event.clientX));
      if (span() < 1 || pointers.size > 1) { stage.setPointerCapture(event.pointerId); }
    });
    stage.addEventListener("pointermove", function (event) {
      if (!pointers.has(event.pointerId)) { return; }
      var before = pointers.get(event.pointerId), now = spot(event.clientX);
      pointers.set(event.pointerId, now);
      if (pointers.size === 1) {
        if (span() < 1) { show(view.from - (now - before) * span(), span()); }
        return;
      }
      var other = 0;
      pointers.forEach(function (at, id) { if (id !== event.pointerId) { other = at; } });
      var old = Math.abs(before - other), fresh = Math.max(0.01, Math.abs(now - other));
      if (old > 0.01) { zoom(old / fresh, view.from + other * span()); }
    });
    ["pointerup", "pointercancel", "lostpointercapture"].forEach(function (name) {
      stage.addEventListener(name, function (event) { pointers.delete(event.pointerId); });
    });
    stage.tabIndex = 0;
    stage.setAttribute("role", "group");
    stage.setAttribute("aria-label",
      "Timeline. Plus and minus zoom, arrow keys move, 0 shows all of it.");
    tools.hidden = false;
  });
})();
