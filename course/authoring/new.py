"""A new topic: a folder that passes its checks and is ready to fill."""

from __future__ import annotations

import json
from pathlib import Path
from string import Template

from course.authoring.manuscript import parse, write
from course.house import House, TopicFolder
from course.problems import Problem, Problems

TEMPLATE = Path(__file__).parent / "template"


def new_topic(house: House, name: str) -> TopicFolder:
    """Makes the folder of a topic of the syllabus; raises Problems when there is no such topic or it has one."""
    syllabus = house.syllabus
    topic = next((topic for topic in syllabus.record.topics if name in (topic.id, topic.folder)), None)
    if topic is None:
        names = ", ".join(topic.id for topic in syllabus.record.topics)
        what = f"has no topic `{name}`."
        raise Problems([Problem(syllabus.path, 1, what, f"Add it there, or take one of: {names}.")])
    folder = TopicFolder(topic, house.topics_path / topic.folder)
    if folder.path.exists():
        raise Problems([Problem(folder.path, 1, "exists already.", "Go on working in it.")])
    objectives = (o.id for o in syllabus.record.objectives if o.topic == topic.id)
    objective = next(objectives, None)
    if objective is None:
        what = f"has no objective for the topic `{name}`."
        raise Problems([Problem(syllabus.path, 1, what, "Write its objectives first.")])
    values = {"id": topic.id, "name": topic.id.replace("-", "_"), "objective": objective, "title": topic.title}
    # What is a string in JSON is one in YAML's front matter, whatever signs are in it.
    values["lesson"], values["exercises"] = json.dumps(topic.title), json.dumps(f"Exercises: {topic.title}")
    made = {
        path.stem: Template(path.read_text(encoding="utf-8")).substitute(values)
        for path in sorted(TEMPLATE.glob("*.txt"))
    }
    texts = {file: parse(text, folder.path / file) for file, text in made.items() if file.endswith(".py")}
    made |= {file: write(text) for file, text in texts.items()}
    folder.path.mkdir()
    for file, text in made.items():
        (folder.path / file).write_text(text, encoding="utf-8")
    return folder
