"use strict";
(() => {
  const controls = document.getElementById("controls");
  if (!controls) return;
  const search = controls.querySelector("input[type=search]");
  const shown = document.getElementById("shown");
  const findings = [...document.querySelectorAll(".finding")];
  const files = [...document.querySelectorAll(".file")];
  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const level = controls.querySelector("input[name=level]:checked").value;
    const fix = controls.querySelector("input[name=fix]").checked;
    let count = 0;
    for (const each of findings) {
      const data = each.dataset;
      const wanted =
        (!level || data.level === level) && (!fix || data.fix) && words.every((word) => data.words.includes(word));
      each.hidden = !wanted;
      count += wanted ? 1 : 0;
    }
    for (const file of files) file.hidden = !file.querySelector(".finding:not([hidden])");
    shown.textContent = count === findings.length ? `${count} shown` : `${count} of ${findings.length} shown`;
  };
  controls.addEventListener("input", apply);
  controls.addEventListener("submit", (event) => event.preventDefault());
  for (const button of document.querySelectorAll("button.code")) {
    button.addEventListener("click", () => {
      const value = button.dataset.words;
      search.value = search.value === value ? "" : value;
      apply();
      controls.scrollIntoView({ block: "nearest" });
    });
  }
  controls.hidden = false;
  apply();
})();
