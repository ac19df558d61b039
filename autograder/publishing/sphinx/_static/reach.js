/* What scrolls sideways is reached with the keyboard. */
window.addEventListener("load", async () => {
  await window.MathJax?.startup?.promise;
  const mark = () => {
    for (const box of document.querySelectorAll('mjx-container[display="true"], .cell_output, .dd-said pre')) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  mark();
  window.addEventListener("resize", mark);
});
