# ---
# title: Django models in a notebook
# minutes: 10
# ---

# %% [markdown]
# # Django models in a notebook
#
# The library keeps authors, books and members.

# %%
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

from course import django_setup

django_setup()


class Author(models.Model):
    name = models.CharField(max_length=50)

    def __str__(self):
        return self.name


# %%
class Book(models.Model):
    title = models.CharField(max_length=50, unique=True)
    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="books")
    themes = models.ManyToManyField("Theme", blank=True)
    pages = models.IntegerField(default=0)

    class Meta:
        ordering = ["title"]
        constraints = [models.CheckConstraint(condition=models.Q(pages__gte=0), name="no_negative_pages")]

    def __str__(self):
        return self.title


class Theme(models.Model):
    name = models.CharField(max_length=50)


# %% [markdown]
# ## The ORM

# %%
Author.objects.all().delete()
shelley = Author.objects.create(name="Mary Shelley")
austen = Author.objects.create(name="Jane Austen")
for title, author, pages in [("Frankenstein", shelley, 280), ("Emma", austen, 474), ("Persuasion", austen, 249)]:
    Book.objects.create(title=title, author=author, pages=pages)
Book.objects.get(title="Emma").themes.add(Theme.objects.create(name="marriage"))
assert [book.title for book in austen.books.all()] == ["Emma", "Persuasion"]
assert Author.objects.filter(books__themes__name="marriage").get() == austen
Book.objects.values("author__name").annotate(pages=models.Sum("pages")).order_by("author__name")

# %% [markdown]
# ## One query for each book, or one for all

# %%
with CaptureQueriesContext(connection) as slow:
    [book.author.name for book in Book.objects.all()]
with CaptureQueriesContext(connection) as quick:
    [book.author.name for book in Book.objects.select_related("author")]
print(len(slow), len(quick))
print(quick[0]["sql"])

# %% [markdown]
# ## Awaited

# %%
assert await Book.objects.acount() == 3
assert [book.title async for book in Book.objects.filter(pages__gt=250)] == ["Emma", "Frankenstein"]
(await Book.objects.aget(title="Emma")).pages

# %% [markdown]
# ## Transactions and plain SQL

# %%
from django.db import IntegrityError

try:
    with transaction.atomic():
        Book.objects.create(title="The Last Man", author=shelley)
        Book.objects.create(title="Emma", author=shelley)
except IntegrityError as error:
    print(error)
assert not Book.objects.filter(title="The Last Man").exists()
with connection.cursor() as cursor:
    cursor.execute("SELECT title FROM notebook_book WHERE pages < %s", [260])
    assert cursor.fetchall() == [("Persuasion",)]
assert [book.title for book in Book.objects.raw("SELECT * FROM notebook_book ORDER BY pages")][0] == "Persuasion"

# %% [markdown]
# ## A model is changed
#
# Authors get a year of birth. Books know the new authors, and their table is empty, as it refers to that of the authors.


# %%
class Author(models.Model):
    name = models.CharField(max_length=50)
    born = models.IntegerField()


austen = Author.objects.create(name="Jane Austen", born=1775)
assert Book.objects.count() == 0
emma = Book.objects.create(title="Emma", author=austen)
assert Book.objects.select_related("author").get().author.born == 1775
assert austen.books.get() == emma
assert austen.delete()[0] == 2

# %% [markdown]
# ## Inheritance


# %%
class Item(models.Model):
    title = models.CharField(max_length=50)


class Film(Item):
    minutes = models.IntegerField()


class Labelled(models.Model):
    class Meta:
        app_label = "archive"


Film.objects.create(title="Nosferatu", minutes=94)
assert Item.objects.get().film.minutes == 94
assert Labelled.objects.create().pk == 1
Labelled._meta.db_table

# %% [markdown]
# ## A table that is not there


# %%
class Ledger(models.Model):
    class Meta:
        managed = False


for statement in (Ledger.objects.count, lambda: connection.cursor().execute("SELECT * FROM book")):
    try:
        statement()
    except Exception as error:
        print(type(error).__name__, error, *error.__notes__, sep="\n  ")
