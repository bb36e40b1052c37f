# ---
# title: Databases, caches and workers
# minutes: 5
# ---

# %% [markdown]
# # Databases, caches and workers
#
# The real ones where they are found, embedded ones everywhere else.

# %%
from celery import Celery
from sqlalchemy import create_engine, text

from course import broker, database, worker

# %% [markdown]
# ## A database for every lesson

# %%
library = database()
engine = create_engine(library.url)
with engine.begin() as connection:
    connection.execute(text("CREATE TABLE book (title text)"))
    connection.execute(text("INSERT INTO book VALUES ('Emma'), ('Dracula')"))
    print(connection.execute(text("SELECT title FROM book ORDER BY title")).scalars().all())
    print(connection.execute(text("PRAGMA journal_mode")).scalar())
engine.dispose()
assert library.kind == "sqlite"

# %% [markdown]
# ## PostgreSQL where it is found

# %%
branch = database("postgresql")
engine = create_engine(branch.url)
with engine.begin() as connection:
    connection.execute(text("CREATE TABLE member (name text)"))
    connection.execute(text("INSERT INTO member VALUES ('Ada')"))
    print(connection.execute(text("SELECT name FROM member")).scalars().all())
engine.dispose()
assert engine.dialect.name == branch.kind

# %% [markdown]
# ## Caches

# %%
from flask import Flask
from flask_caching import Cache

post = broker()
app = Flask("library")
cache = Cache(app, config=post.flask)


@app.get("/titles")
@cache.cached(timeout=60)
def titles():
    return "Emma, Dracula"


with app.test_client() as reader:
    assert [reader.get("/titles").text for _ in range(2)] == ["Emma, Dracula"] * 2
with app.app_context():
    assert cache.get("view//titles") == "Emma, Dracula"

# %% [markdown]
# ## A worker

# %%
tasks = Celery("library")
tasks.config_from_object(post.celery)


@tasks.task
def remind(member, title):
    return f"Dear {member}, please bring back {title}."


helper = worker(tasks)
print(remind.delay("Ada", "Emma").get(timeout=10))

# %%
helper.stop()
for service in (library, branch, post):
    service.stop()
