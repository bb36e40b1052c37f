"""The tools that all faces are drawn with, in a page without a notebook, before a model that says what it is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from course.widgets.face import Face, Front

ADDRESS = "http://front.test/"
TRIAL = """
DRAW.trial = (root, view, send, before, choices) => {
  root.append(create("p", { class: "course-ask", id: "ask" }, view.text));
  const draft = (text) => send({ type: "draft", text });
  if (view.code != null) root.append(codeBox({ key: "code", choices, label: "Your code", value: view.code,
    onText: draft, commit: (text) => send({ type: "run", text }), delay: 30 }).node);
  if (view.line != null) root.append(textBox({ key: "line", choices, label: "Your word", value: view.line, rows: 1,
    commit: (text) => send({ type: "say", text }) }).node);
  if (view.seconds != null) root.append(countdown({ key: "clock", choices, seconds: view.seconds, running: view.running,
    marks: [60, 2], onEnd: () => send({ type: "over" }) }));
  if (view.tall) root.append(create("div", { style: "height: 3000px" }));
  if (view.done != null) root.append(progressBar(view.done, 20, `${view.done} of 20 cards`));
  if (view.tick) every({ key: "tick", choices, seconds: 0.05, act: () => send({ type: "tick" }) });
  if (view.list) {
    const list = create("div", { role: "toolbar", "aria-label": "Questions" });
    for (const item of view.list) list.append(button(item, () => {}));
    roving(list, "button");
    root.append(list);
  }
  root.append(keptDetails("more", choices, "More", create("p", {}, "There is more.")));
  const next = () => send({ type: "next", item: view.item });
  root.append(button("Next", next, { "data-keep": "next", class: "course-main" }));
  root.append(button("Flag", () => send({ type: "flag" }), { "data-keep": "flag" }));
  onKeys(root, { u: () => send({ type: "undo" }), " ": () => send({ type: "space" }) });
  return view.target ? root.querySelector(view.target) : null;
};
"""
MODEL = """([esm, view]) => {
  const on = {};
  const state = { view, heard: 0, event: {}, name: "me" };
  const tell = (what) => (on[what] ?? []).forEach((act) => act());
  const signal = () => {
    const acts = new Set();
    const emit = (told) => acts.forEach((act) => act(null, told));
    return { connect: (act) => acts.add(act), disconnect: (act) => acts.delete(act), emit };
  };
  const kernel = { status: "idle", connectionStatus: "connected", statusChanged: signal(), disposed: signal(),
    iopubMessage: signal(), requestCommInfo: async () => ({ content: { comms: window.known } }) };
  window.known = { me: {} };
  window.sent = [];
  window.kernel = kernel;
  window.model = {
    get: (name) => state[name],
    set: (name, value) => { state[name] = value; },
    save_changes: () => window.sent.push(state.event),
    on: (what, act) => (on[what] ??= []).push(act),
    off: (what, act) => { on[what] = (on[what] ?? []).filter((other) => other !== act); },
    widget_manager: { kernel },
    tell,
  };
  window.answer = (changes = {}) => {
    state.view = { ...state.view, ...changes };
    tell("change:view");
    state.heard = state.event.serial ?? 0;
    tell("change:heard");
  };
  const url = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
  return import(url).then(({ default: front }) => {
    front.initialize({ model });
    window.close_face = front.render({ model, el: document.getElementById("here") });
  });
}"""
SAY = """([id, kind, state]) => {
  window.kernel.status = state;
  const asked = { msg_id: id, msg_type: kind };
  const status = { header: { msg_type: "status" }, parent_header: asked, content: { execution_state: state } };
  window.kernel.iopubMessage.emit(status);
}"""
LOADING = """async ([esm, code, ways]) => {
  const drawn = [];
  window.asked = [];
  for (const [name, way] of ways) {
    const heard = [];
    const state = { front: "first", shared: "s", name, code, style: ".course-face { color: rgb(1, 2, 3) }" };
    const get = (what) => state[what];
    const get_model = async () => {
      if (way !== "model") throw Error("widget model not found");
      window.asked.push(`${name}: model`);
      return { get };
    };
    const send = (message) => {
      window.asked.push(`${name}: ${message.type}`);
      heard.forEach((hear) => hear({ code: state.code, style: state.style }));
    };
    const model = { get, send, on: (_, hear) => heard.push(hear), widget_manager: { get_model } };
    const url = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
    const { default: face } = await import(url);
    await face.initialize({ model });
    drawn.push(await face.render({ model }));
  }
  return [drawn, window.asked, document.head.querySelectorAll("style").length];
}"""
FRONT = """
let count = 0;
export default { initialize: () => { count += 1; }, render: ({ model }) => `${model.get("name")} ${count}` };
"""
HTML = (
    '<!doctype html><html lang="en"><title>A face</title><style>{css}</style><main><div id="here"></div></main></html>'
)


class Trial:
    """A face that is drawn in a page, and the Python it believes to speak with."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.face = page.locator(".course-face")

    def show(self, **view: Any) -> Trial:
        """Loads the page anew with a face that shows this."""
        self.page.goto(ADDRESS)
        self.page.evaluate(MODEL, [f"{Front().code}\n{TRIAL}", {"kind": "trial", "text": "A question", **view}])
        return self

    def answer(self, **changes: Any) -> None:
        """Answers the event that is under way, with a view that differs by `changes`."""
        self.page.evaluate("(changes) => window.answer(changes)", changes)

    @property
    def sent(self) -> list[dict[str, Any]]:
        """The events that left the page."""
        events: list[dict[str, Any]] = self.page.evaluate("window.sent")
        return [{name: value for name, value in event.items() if name != "serial"} for event in events]

    @property
    def spoken(self) -> Locator:
        """What a screen reader is given to say."""
        return self.page.locator("body > .course-aloud")

    def button(self, name: str) -> Locator:
        return self.face.get_by_role("button", name=name)

    def later(self) -> None:
        """Lets the page's clock go on until an answer is late."""
        self.page.clock.run_for(2000)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 700, "height": 800})
    page = context.new_page()
    page.route(ADDRESS, lambda route: route.fulfill(body=HTML.format(css=Front().style), content_type="text/html"))
    page.set_default_timeout(5000)
    page.clock.install()
    yield page
    context.close()


@pytest.fixture
def trial(page: Page) -> Iterator[Trial]:
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    yield Trial(page)
    page.evaluate("sessionStorage.clear()")
    assert broken == []


def test_events_go_one_by_one_and_in_order(trial: Trial) -> None:
    trial.show(item=1)
    trial.button("Next").click()
    trial.button("Flag").click()
    assert trial.sent == [{"type": "next", "item": 1}]
    trial.answer(item=2)
    assert trial.sent[1:] == [{"type": "flag"}]
    trial.answer()
    assert len(trial.sent) == 2


def test_a_double_click_is_one_event_until_it_is_answered(trial: Trial) -> None:
    trial.show(item=1)
    trial.button("Next").dblclick()
    trial.button("Next").click()
    trial.answer()
    assert trial.sent == [{"type": "next", "item": 1}]
    trial.button("Next").click()
    assert len(trial.sent) == 2


def test_a_choice_that_is_taken_back_while_the_first_is_under_way_is_sent(trial: Trial) -> None:
    trial.show(item=1)
    trial.button("Next").click()
    trial.button("Flag").click()
    trial.button("Next").click()
    for _ in range(3):
        trial.answer()
    assert [event["type"] for event in trial.sent] == ["next", "flag", "next"]


def test_a_view_that_is_the_same_is_not_drawn_again(trial: Trial) -> None:
    trial.show(item=1)
    trial.page.evaluate("window.drawn = document.querySelector('.course-ask')")
    trial.answer(item=1)
    assert trial.page.evaluate("window.drawn.isConnected")
    trial.answer(item=2)
    assert not trial.page.evaluate("window.drawn.isConnected")


def test_a_button_that_is_drawn_again_keeps_the_keyboard(trial: Trial) -> None:
    trial.show(item=1)
    trial.button("Flag").focus()
    trial.answer(item=2)
    expect(trial.button("Flag")).to_be_focused()
    trial.answer(item=3, target="[data-keep=next]")
    expect(trial.button("Next")).to_be_focused()


def test_the_keyboard_is_not_taken_from_elsewhere(trial: Trial) -> None:
    trial.show(item=1)
    trial.answer(item=2, target="[data-keep=next]")
    assert trial.page.evaluate("document.activeElement === document.body")


def test_a_box_keeps_text_selection_focus_and_undo_over_a_redraw(trial: Trial) -> None:
    trial.show(code="", item=1)
    box = trial.face.get_by_label("Your code")
    box.focus()
    trial.page.keyboard.type("abcdef")
    trial.press("ArrowLeft", "ArrowLeft", "Shift+ArrowLeft")
    trial.answer(item=2, code="a", target="[data-keep=next]")
    expect(box).to_be_focused()
    trial.page.keyboard.type("X")
    expect(box).to_have_value("abcXef")
    trial.press("Control+z")
    expect(box).to_have_value("abcdef")


def test_what_is_written_is_sent_after_a_pause_and_before_any_other_event(trial: Trial) -> None:
    trial.show(code="", item=1)
    trial.face.get_by_label("Your code").fill("x = 1")
    trial.page.wait_for_function("window.sent.length === 1")
    trial.answer()
    trial.face.get_by_label("Your code").press_sequentially("2")
    trial.button("Next").click()
    trial.answer()
    assert trial.sent == [
        {"type": "draft", "text": "x = 1"},
        {"type": "draft", "text": "x = 12"},
        {"type": "next", "item": 1},
    ]


def test_text_that_python_has_not_got_survives_a_new_page(trial: Trial) -> None:
    trial.show(code="old", item=1)
    trial.face.get_by_label("Your code").fill("new")
    trial.show(code="old", item=1)
    expect(trial.face.get_by_label("Your code")).to_have_value("new")
    trial.page.wait_for_function("window.sent.length === 1")
    assert trial.sent == [{"type": "draft", "text": "new"}]


def test_text_that_python_has_newer_is_what_python_says(trial: Trial) -> None:
    trial.show(code="old", item=1)
    trial.face.get_by_label("Your code").fill("new")
    trial.show(code="newer", item=1)
    expect(trial.face.get_by_label("Your code")).to_have_value("newer")


def test_a_box_that_is_gone_leaves_nothing_behind(trial: Trial) -> None:
    trial.show(code="", item=1)
    trial.face.get_by_label("Your code").fill("old")
    trial.answer(code=None)
    trial.answer(code="")
    expect(trial.face.get_by_label("Your code")).to_have_value("")
    assert trial.page.evaluate("sessionStorage.length") == 0


def test_tab_indents_in_code_and_leaves_it_after_escape(trial: Trial) -> None:
    trial.show(code="", item=1)
    box = trial.face.get_by_label("Your code")
    box.focus()
    trial.page.keyboard.type("def open():")
    trial.press("Enter")
    trial.page.keyboard.type("if day:")
    trial.press("Enter", "Shift+Tab", "Tab")
    trial.page.keyboard.type("return 9")
    expect(box).to_have_value("def open():\n    if day:\n        return 9")
    trial.press("Control+a", "Shift+Tab")
    expect(box).to_have_value("def open():\nif day:\n    return 9")
    trial.press("Control+a", "Tab")
    expect(box).to_have_value("    def open():\n    if day:\n        return 9")
    expect(box).to_have_accessible_description(
        "Tab indents, Shift+Tab takes it back. To leave with Tab, press Escape first."
    )
    trial.press("Escape")
    expect(trial.spoken).to_have_text("Tab leaves the code now. Escape again gives the keyboard back to the notebook.")
    trial.press("Tab")
    expect(trial.face.locator("summary")).to_be_focused()


def test_backspace_takes_a_step_of_indentation_and_else_one_character(trial: Trial) -> None:
    trial.show(code="x = 1\n          return  9", item=1)
    box = trial.face.get_by_label("Your code")
    box.evaluate("(box) => { box.focus(); box.setSelectionRange(16, 16); }")
    trial.press("Backspace")
    expect(box).to_have_value("x = 1\n        return  9")
    trial.press("Backspace")
    expect(box).to_have_value("x = 1\n    return  9")
    trial.press("Control+z", "Backspace", "Backspace", "Backspace")
    expect(box).to_have_value("x = 1return  9")
    trial.press("End", "ArrowLeft", "Backspace")
    expect(box).to_have_value("x = 1return 9")


def test_forced_colours_show_a_bar_only_where_it_says_something(trial: Trial) -> None:
    trial.page.emulate_media(forced_colors="active")
    trial.show(item=1)
    colours = trial.face.evaluate("""(face) => {
      face.innerHTML = '<div class="course-option"></div><div class="course-option course-wrong"></div>';
      face.style.backgroundColor = "Canvas";
      const canvas = getComputedStyle(face).backgroundColor;
      return [...face.children].map((one) => getComputedStyle(one).borderLeftColor === canvas);
    }""")
    trial.page.emulate_media(forced_colors="none")
    assert colours == [True, False]


def test_control_enter_commits_code_and_enter_a_line(trial: Trial) -> None:
    trial.show(code="", line="", item=1)
    trial.face.get_by_label("Your code").fill("x")
    trial.press("Control+Enter")
    trial.answer()
    trial.answer()
    trial.face.get_by_label("Your word").fill("y")
    trial.press("Enter")
    assert trial.sent == [{"type": "draft", "text": "x"}, {"type": "run", "text": "x"}, {"type": "say", "text": "y"}]


def test_a_key_acts_unless_text_is_written_or_a_control_takes_it(trial: Trial) -> None:
    trial.show(line="", item=1)
    trial.button("Flag").focus()
    trial.press("u")
    trial.answer()
    trial.press("Space")
    trial.answer()
    trial.face.get_by_label("Your word").focus()
    trial.press("u", "Space")
    assert trial.sent == [{"type": "undo"}, {"type": "flag"}]
    expect(trial.face.get_by_label("Your word")).to_have_value("u ")


def test_a_clock_counts_without_python_speaks_at_its_marks_and_ends_once(trial: Trial) -> None:
    trial.show(seconds=62, running=True, item=1)
    clock = trial.face.get_by_role("timer")
    expect(clock).to_contain_text("1:02")
    trial.page.clock.run_for(2500)
    expect(clock).to_contain_text("1:00")
    expect(trial.spoken).to_have_text("1 minute left.")
    trial.answer(seconds=60, item=2)
    trial.page.clock.run_for(20_000)
    expect(clock).to_contain_text("0:40")
    trial.answer(seconds=40, running=False)
    trial.page.clock.run_for(20_000)
    expect(clock).to_contain_text("0:40")
    trial.answer(seconds=3, running=True)
    trial.page.clock.run_for(9000)
    expect(clock).to_contain_text("0:00")
    assert [event["type"] for event in trial.sent] == ["over"]


def test_what_is_done_again_and_again_ends_with_the_view_that_wanted_it(trial: Trial) -> None:
    trial.show(tick=True, item=1)
    trial.page.wait_for_function("window.sent.length === 1")
    trial.answer(tick=False)
    count = len(trial.sent)
    trial.page.wait_for_timeout(150)
    assert len(trial.sent) == count


def test_arrows_move_in_a_list_that_is_one_stop_for_tab(trial: Trial) -> None:
    trial.show(list=["1", "2", "3"], item=1)
    trial.button("1").focus()
    trial.press("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft")
    expect(trial.button("3")).to_be_focused()
    trial.press("Home", "Tab")
    expect(trial.face.locator("summary")).to_be_focused()


def test_progress_is_told_in_words_and_details_stay_open(trial: Trial) -> None:
    trial.show(done=3, item=1)
    expect(trial.face.get_by_role("progressbar", name="3 of 20 cards")).to_be_visible()
    trial.face.locator("summary").click()
    trial.answer(done=4)
    expect(trial.face.get_by_text("There is more.")).to_be_visible()
    expect(trial.face.locator("summary")).to_be_focused()


def test_an_error_is_seen_and_spoken_at_once(trial: Trial) -> None:
    trial.show(item=1)
    trial.answer(error="There is no such option.")
    expect(trial.face.get_by_text("There is no such option.")).to_be_visible()
    expect(trial.page.locator("body > [role=alert]")).to_have_text("There is no such option.")


def test_an_error_is_brought_into_view_and_takes_no_focus(trial: Trial) -> None:
    trial.page.emulate_media(reduced_motion="reduce")
    trial.show(item=1, tall=True)
    trial.button("Next").click()
    error = trial.face.locator(".course-error")
    trial.answer(error="There is no such option.")
    expect(error).to_be_in_viewport(ratio=1)
    expect(trial.button("Next")).to_be_focused()
    trial.button("Next").click()
    expect(error).not_to_be_in_viewport()
    trial.page.evaluate("document.querySelector('[role=alert]').textContent = ''")
    trial.answer()
    expect(error).to_be_in_viewport(ratio=1)
    trial.page.clock.run_for(100)
    expect(trial.page.locator("body > [role=alert]")).to_have_text("There is no such option.")
    trial.page.emulate_media(reduced_motion="no-preference")


def test_nothing_is_replaced_under_a_button_that_is_down_and_afterwards_all_is_told(trial: Trial) -> None:
    trial.show(item=1, tall=True)
    trial.button("Next").hover()
    trial.page.mouse.down()
    trial.answer(error="There is no such option.")
    expect(trial.face.locator(".course-error")).to_have_count(0)
    trial.page.mouse.up()
    trial.page.clock.run_for(100)
    expect(trial.face.locator(".course-error")).to_be_in_viewport(ratio=1)
    assert trial.sent == [{"type": "next", "item": 1}]
    trial.page.evaluate("scrollTo(0, 10000)")
    trial.answer()
    expect(trial.face.locator(".course-error")).to_be_in_viewport(ratio=1)


def test_an_answer_that_takes_its_time_is_not_the_fault_of_another_cell(trial: Trial) -> None:
    trial.show(item=1)
    trial.page.evaluate(SAY, ["1", "execute_request", "busy"])
    trial.button("Next").click()
    trial.later()
    expect(trial.face.locator(".course-note")).to_contain_text("busy with another cell")
    trial.page.evaluate(SAY, ["1", "execute_request", "idle"])
    trial.page.evaluate(SAY, ["2", "comm_msg", "busy"])
    trial.later()
    expect(trial.face.locator(".course-note")).to_have_text("Working on it…")
    trial.answer(item=2)
    trial.page.evaluate(SAY, ["2", "comm_msg", "idle"])
    expect(trial.face.locator(".course-note")).to_be_hidden()


def test_a_kernel_that_is_busy_is_told_and_the_click_is_kept(trial: Trial) -> None:
    trial.show(item=1)
    trial.page.evaluate("window.kernel.status = 'busy'")
    trial.button("Next").click()
    trial.later()
    expect(trial.face).to_have_attribute("aria-busy", "true")
    expect(trial.face.locator(".course-note")).to_have_text(
        "The kernel is busy with another cell. What you did here comes next."
    )
    trial.answer(item=2)
    expect(trial.face.locator(".course-note")).to_be_hidden()
    expect(trial.face).not_to_have_attribute("aria-busy", "true")


def test_a_server_that_is_away_is_told(trial: Trial) -> None:
    trial.show(item=1)
    trial.page.evaluate("window.kernel.connectionStatus = 'connecting'")
    trial.button("Next").click()
    trial.later()
    expect(trial.face.locator(".course-note")).to_contain_text("There is no connection to the server.")


def test_a_kernel_that_has_nothing_to_do_and_knows_the_widget_is_waited_for(trial: Trial) -> None:
    trial.show(item=1)
    trial.button("Next").click()
    trial.later()
    expect(trial.face.locator(".course-note")).to_contain_text("comes next")


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        ("model.tell('comm_live_update')", "The kernel was restarted. Run this cell to go on; your answers are kept."),
        ("kernel.status = 'autorestarting'; kernel.statusChanged.emit()", "The kernel was restarted."),
        ("kernel.status = 'dead'; kernel.statusChanged.emit()", "The kernel has stopped."),
        ("kernel.disposed.emit()", "The kernel has stopped."),
    ],
)
def test_a_kernel_that_is_gone_is_told_at_once_and_nothing_is_sent(trial: Trial, happens: str, why: str) -> None:
    trial.show(item=1, code="")
    trial.page.evaluate(f"() => {{ {happens} }}")
    expect(trial.face.locator(".course-note")).to_contain_text(why)
    expect(trial.spoken).to_contain_text(why)
    trial.button("Next").click(force=True)
    assert trial.sent == []
    expect(trial.face.get_by_label("Your code")).not_to_be_editable()


def test_a_kernel_that_has_never_heard_of_the_widget_is_another_one(trial: Trial) -> None:
    trial.show(item=1)
    trial.page.evaluate("window.known = {}")
    trial.button("Next").click()
    trial.later()
    expect(trial.face.locator(".course-note")).to_contain_text("The kernel was restarted.")


def test_a_face_that_is_closed_takes_everything_with_it(trial: Trial) -> None:
    trial.show(item=1, tick=True, seconds=60, running=True, code="")
    trial.face.get_by_label("Your code").fill("x")
    trial.page.evaluate("window.close_face()")
    trial.page.wait_for_function("document.querySelectorAll('body > .course-aloud').length === 0")
    trial.page.evaluate("window.sent.length = 0")
    trial.page.wait_for_timeout(150)
    assert trial.sent == []


@pytest.mark.parametrize("width", [320, 400])
def test_nothing_is_wider_than_a_phone(trial: Trial, width: int) -> None:
    trial.show(item=1, code="x" * 200, line="", done=3, list=[f"Question number {n}" for n in range(9)], text="W" * 90)
    trial.page.locator("#here").evaluate("(here, width) => { here.style.width = `${width}px`; }", width)
    wide = trial.face.evaluate(
        """(face) => [...face.querySelectorAll("*")]
          .filter((node) => node.getBoundingClientRect().right > face.getBoundingClientRect().right + 1)
          .map((node) => node.outerHTML)"""
    )
    assert wide == []


@pytest.mark.parametrize("way", ["model", "front"])
def test_a_page_gets_the_front_once_and_each_face_has_its_own(trial: Trial, way: str) -> None:
    trial.page.goto(ADDRESS)
    drawn, asked, styles = trial.page.evaluate(LOADING, [Face._esm, FRONT, [["a", way], ["b", way]]])
    assert drawn == ["a 1", "b 1"]
    assert asked == [f"a: {way}"]
    assert styles == 2, "The page's own, and the front's."
