(() => {
  "use strict";
  for (const map of document.querySelectorAll(".detlint-map")) {
    const controls = map.querySelector(".dm-controls");
    const search = controls.querySelector("input[type=search]");
    const found = controls.querySelector(".dm-found");
    const entries = [...map.querySelectorAll(".dm-entry")];
    const rows = new Map([...map.querySelectorAll("tr[data-entry]")].map((row) => [row.dataset.entry, row]));
    const texts = new Map(entries.map((entry) => [entry, entry.textContent.toLowerCase()]));

    const filter = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const tone = controls.querySelector("input[type=radio]:checked").value;
      let shown = 0;
      for (const entry of entries) {
        const fits = (!tone || entry.dataset.tone === tone) && words.every((word) => texts.get(entry).includes(word));
        entry.hidden = !fits;
        const row = rows.get(entry.dataset.entry);
        if (row) row.hidden = !fits;
        shown += fits;
      }
      found.textContent = shown === entries.length ? `${shown} shown` : `${shown} of ${entries.length} shown`;
    };
    const show = () => {
      const target = location.hash.length > 1 ? map.querySelector("#" + CSS.escape(location.hash.slice(1))) : null;
      if (target && target.matches("details")) {
        target.open = true;
        target.scrollIntoView();
      }
    };

    controls.hidden = entries.length < 2;
    controls.addEventListener("input", filter);
    controls.addEventListener("submit", (event) => event.preventDefault());
    for (const button of controls.querySelectorAll("button")) {
      button.addEventListener("click", () => {
        for (const entry of entries) if (!entry.hidden) entry.open = Boolean(button.dataset.open);
      });
    }
    addEventListener("hashchange", show);
    filter();
    show();
  }
})();
