// A link that opens a notebook of the learner's folder, as `lesson()` of course.study.desk describes it.
function lessonLink({ lesson, title }) {
  const [, app, work] = decodeURI(location.pathname).match(/\/(lab\/tree|tree|notebooks)\/(work\/)?/) ?? [];
  const path = (work ?? "") + lesson;
  const base = decodeURI(location.pathname).split(`/${app}/`)[0];
  return create("a", {
    ...QUIET,
    class: "course-link",
    href: app ? encodeURI(`${base}/${app}/${path}`) : encodeURI(lesson),
    // JupyterLab and Notebook open it in a tab of their own; elsewhere it is a plain link.
    "data-commandlinker-command": "docmanager:open",
    "data-commandlinker-args": JSON.stringify({ path }),
  }, title);
}
