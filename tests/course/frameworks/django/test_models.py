"""Models that are defined in cells, changed, and defined again; their tables follow."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

import pytest

from course.authoring.execute import Job, run_jobs
from course.frameworks.django import django_setup, fresh_database
from course.frameworks.django.tables import outdated
from course.frameworks.kernel import temp_folder
from tests.services import need_postgresql

pytestmark = pytest.mark.filterwarnings("error")

AUTHOR = """
class Author(models.Model):
    name = models.CharField(max_length=50)
"""
BOOK = """
class Book(models.Model):
    title = models.CharField(max_length=50)
    author = models.ForeignKey(Author, on_delete=models.CASCADE)
"""
Cell = Callable[[str], SimpleNamespace]


@pytest.fixture
def cell() -> Cell:
    """Runs code as a cell of a notebook does, and returns the names of the notebook."""
    django_setup()
    names: dict[str, Any] = {"__name__": "__main__"}
    exec("from django.db import connection, models, transaction", names)

    def run(code: str) -> SimpleNamespace:
        exec(dedent(code), names)
        return SimpleNamespace(**names)

    return run


def test_a_model_in_a_cell_needs_no_label_and_has_a_table(cell: Cell) -> None:
    book = cell(AUTHOR + BOOK).Book
    assert book._meta.label == "notebook.Book"
    assert book.objects.count() == 0


def test_a_cell_that_is_run_again_gives_a_new_and_empty_table(cell: Cell) -> None:
    cell(AUTHOR).Author.objects.create(name="Shelley")
    author = cell(AUTHOR).Author
    assert author.objects.count() == 0
    assert author.objects.create(name="Austen").pk == 1


def test_a_changed_model_has_the_new_columns(cell: Cell) -> None:
    cell(AUTHOR).Author.objects.create(name="Shelley")
    changed = cell(AUTHOR.replace("name =", "full_name =") + "    born = models.IntegerField()").Author
    assert changed.objects.create(full_name="Mary Shelley", born=1797).pk == 1
    assert list(changed.objects.values()) == [{"id": 1, "full_name": "Mary Shelley", "born": 1797}]


def test_relations_lead_to_the_model_that_was_defined_last(cell: Cell) -> None:
    here = cell(AUTHOR + BOOK)
    with pytest.raises(here.Author.DoesNotExist):
        here.Book(title="The Last Man").author  # noqa: B018
    here = cell(AUTHOR + "    born = models.IntegerField(default=1797)")
    shelley = here.Author.objects.create(name="Shelley")
    book = here.Book.objects.create(title="Frankenstein", author=shelley)
    assert here.Book.objects.select_related("author").get().author.born == 1797
    assert type(here.Book.objects.get().author) is here.Author
    assert list(shelley.book_set.all()) == [book]
    assert here.Author.objects.filter(book__title="Frankenstein").get() == shelley
    assert here.Book.objects.filter(author__born=1797).exists()
    assert shelley.delete() == (2, {"notebook.Book": 1, "notebook.Author": 1})
    with pytest.raises(here.Author.DoesNotExist):
        here.Book(title="The Last Man").author  # noqa: B018


def test_a_model_that_refers_to_one_that_is_run_again_is_emptied_too(cell: Cell) -> None:
    here = cell(AUTHOR + BOOK)
    here.Book.objects.create(title="Emma", author=here.Author.objects.create(name="Austen"))
    cell(AUTHOR)
    assert here.Book.objects.count() == 0


def test_a_model_that_others_only_refer_from_keeps_the_rows_of_these(cell: Cell) -> None:
    cell(AUTHOR + BOOK).Author.objects.create(name="Austen")
    assert cell(BOOK).Author.objects.count() == 1


def test_a_relation_that_is_left_out_leaves_nothing_behind(cell: Cell) -> None:
    here = cell(AUTHOR + BOOK)
    assert hasattr(here.Author, "book_set")
    cell("class Book(models.Model):\n    title = models.CharField(max_length=50)")
    assert not hasattr(here.Author, "book_set")
    assert here.Author.objects.create(name="Austen").delete() == (1, {"notebook.Author": 1})


def test_a_new_primary_key_is_followed(cell: Cell) -> None:
    cell(AUTHOR + BOOK)
    here = cell("class Author(models.Model):\n    name = models.CharField(max_length=50, primary_key=True)")
    here.Book.objects.create(title="Emma", author=here.Author.objects.create(name="Austen"))
    assert here.Book.objects.get().author_id == "Austen"
    assert here.Author.objects.get(book__title="Emma").name == "Austen"


def test_many_to_many_relations_follow_both_of_their_ends(cell: Cell) -> None:
    shelf = """
        class Shelf(models.Model):
            name = models.CharField(max_length=50)
            themes = models.ManyToManyField("Theme")
    """
    theme = "class Theme(models.Model):\n    name = models.CharField(max_length=50)"
    cell(shelf)
    cell(theme)
    for code in (theme, shelf, theme):
        here = cell(code)
        gothic = here.Theme.objects.create(name="gothic")
        here.Shelf.objects.create(name="A").themes.add(gothic)
        assert gothic.shelf_set.get().name == "A"
        assert list(here.Shelf.objects.filter(themes__name="gothic").values_list("themes__name", flat=True)) == [
            "gothic"
        ]


def test_a_many_to_many_relation_that_is_left_out_takes_its_table_along(cell: Cell) -> None:
    cell("class Label(models.Model): pass\nclass Box(models.Model):\n    labels = models.ManyToManyField(Label)")
    here = cell("class Box(models.Model): pass")
    assert here.Box.objects.count() == 0
    tables = here.connection.introspection.table_names()
    assert ("notebook_box" in tables, "notebook_box_labels" in tables) == (True, False)


def test_a_table_between_two_models_may_be_a_model_of_its_own(cell: Cell) -> None:
    member = """
        class Member(models.Model):
            name = models.CharField(max_length=50)
            reads = models.ManyToManyField("Novel", through="Loan")
    """
    novel = "class Novel(models.Model):\n    title = models.CharField(max_length=50)"
    loan = """
        class Loan(models.Model):
            member = models.ForeignKey("Member", on_delete=models.CASCADE)
            novel = models.ForeignKey("Novel", on_delete=models.CASCADE)
            days = models.IntegerField(default=28)
    """
    for code in (member, novel, loan):
        cell(code)
    for code in (loan, novel, member, loan):
        here = cell(code)
        emma = here.Novel.objects.create(title="Emma")
        ada = here.Member.objects.create(name="Ada")
        ada.reads.add(emma, through_defaults={"days": 7})
        assert [loan.days for loan in ada.loan_set.all()] == [7]
        assert [reader.name for reader in emma.member_set.all()] == ["Ada"]


def test_a_model_may_refer_to_itself(cell: Cell) -> None:
    branch = """
        class Branch(models.Model):
            name = models.CharField(max_length=50)
            head = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="below")
            neighbours = models.ManyToManyField("self")
    """
    for _ in range(2):
        branches = cell(branch).Branch
        main = branches.objects.create(name="main")
        north = branches.objects.create(name="north", head=main)
        north.neighbours.add(main)
        assert list(main.below.all()) == list(main.neighbours.all()) == [north]


def test_inheritance_of_all_three_kinds_survives_a_second_run(cell: Cell) -> None:
    notebook = """
        class Dated(models.Model):
            added = models.DateField(auto_now_add=True)
            class Meta:
                abstract = True

        class Item(Dated):
            title = models.CharField(max_length=50)

        class Film(Item):
            minutes = models.IntegerField()

        class Classic(Film):
            class Meta:
                proxy = True
                ordering = ["-minutes"]
    """
    for _ in range(2):
        here = cell(notebook)
        here.Film.objects.create(title="Metropolis", minutes=153)
        here.Film.objects.create(title="Nosferatu", minutes=94)
        assert [film.title for film in here.Classic.objects.all()] == ["Metropolis", "Nosferatu"]
        assert here.Item.objects.get(title="Nosferatu").film.minutes == 94


def test_a_model_whose_parent_was_run_again_says_that_it_has_to_follow(cell: Cell) -> None:
    from django.db import OperationalError

    parent = "class Medium(models.Model):\n    title = models.CharField(max_length=50)"
    child = "class Disc(Medium):\n    minutes = models.IntegerField()"
    cell(parent)
    cell(child)
    cell("class Scratch(models.Model):\n    disc = models.ForeignKey(Disc, on_delete=models.CASCADE)")
    here = cell(parent)
    with pytest.raises(OperationalError) as caught:
        here.Disc.objects.count()
    assert "run its cell again" in caught.value.__notes__[0]
    here = cell(child)
    disc = here.Disc.objects.create(title="Emma", minutes=120)
    here.Scratch.objects.create(disc=disc)
    assert disc.scratch_set.count() == 1


def test_constraints_and_indexes_are_made_once_more(cell: Cell) -> None:
    from django.db import IntegrityError

    seat = """
        class Seat(models.Model):
            number = models.IntegerField(db_index=True)
            class Meta:
                db_table = "seats"
                indexes = [models.Index(fields=["number"], name="seat_number")]
                constraints = [models.CheckConstraint(condition=models.Q(number__gt=0), name="number_counts")]
    """
    for _ in range(2):
        with pytest.raises(IntegrityError, match="number_counts"):
            cell(seat).Seat.objects.create(number=0)
    chair = cell(seat.replace("class Seat", "class Chair")).Chair
    assert chair.objects.create(number=1).pk == 1


def test_a_label_of_its_own_makes_an_app(cell: Cell) -> None:
    code = """
        class Publisher(models.Model):
            name = models.CharField(max_length=50)
            class Meta:
                app_label = "trade"

        class Edition(models.Model):
            publisher = models.ForeignKey(Publisher, on_delete=models.CASCADE)
            class Meta:
                app_label = "trade"
    """
    for _ in range(2):
        here = cell(code)
        publisher = here.Publisher.objects.create(name="Lackington")
        edition = here.Edition.objects.create(publisher=publisher)
        assert here.Publisher.objects.get(edition=edition) == publisher
        assert here.Publisher._meta.db_table == "trade_publisher"
        assert publisher.delete()[0] == 2


def test_a_reference_to_a_model_that_comes_later_waits_for_it(cell: Cell) -> None:
    from django.db import OperationalError

    here = cell("class Fine(models.Model):\n    card = models.ForeignKey('Card', on_delete=models.CASCADE)")
    with pytest.raises(OperationalError) as caught:
        here.connection.cursor().execute("SELECT * FROM notebook_fine")
    assert "refers to Card, which is not defined yet" in caught.value.__notes__[0]
    assert cell("class Card(models.Model): pass").Fine.objects.count() == 0


def test_a_model_without_a_table_says_why(cell: Cell) -> None:
    from django.db import OperationalError

    here = cell("class Archive(models.Model):\n    class Meta:\n        managed = False")
    with pytest.raises(OperationalError, match="no such table") as caught:
        here.Archive.objects.count()
    assert "managed = False" in caught.value.__notes__[0]


def test_a_misspelt_table_is_told_which_tables_there_are(cell: Cell) -> None:
    from django.db import OperationalError

    with pytest.raises(OperationalError) as caught:
        cell(AUTHOR).connection.cursor().execute("SELECT * FROM author")
    assert "notebook_author" in caught.value.__notes__[0]


def test_a_former_class_that_does_not_fit_says_what_to_run_again(cell: Cell) -> None:
    from django.db import OperationalError

    former = cell(AUTHOR).Author
    cell("class Author(models.Model):\n    surname = models.CharField(max_length=50)")
    with pytest.raises(OperationalError) as caught:
        former.objects.create(name="Austen")
    assert "run the cells again that were made with it" in caught.value.__notes__[0]


def test_a_row_that_is_there_already_says_how_to_begin_anew(cell: Cell) -> None:
    from django.db import IntegrityError

    here = cell("class Ticket(models.Model): number = models.IntegerField(unique=True)")
    here.Ticket.objects.create(number=7)
    with pytest.raises(IntegrityError) as caught:
        here.Ticket.objects.create(number=7)
    assert "begin the cell with `from course import fresh_database; fresh_database()`" in caught.value.__notes__[0]
    assert here.Ticket.objects.get_or_create(number=7)[1] is False


def test_a_table_that_cannot_be_made_says_why_and_keeps_no_other_from_being_made(cell: Cell) -> None:
    from django.db import OperationalError

    desk = """
        class Desk(models.Model):
            number = models.IntegerField()
            class Meta:
                indexes = [models.Index(fields=["number"], name=name) for name in ("desk_number", "{second}")]

        class Lamp(models.Model):
            desk = models.ForeignKey(Desk, on_delete=models.CASCADE)
    """
    here = cell(desk.format(second="desk_number"))
    with pytest.raises(OperationalError, match="no such table") as caught:
        here.Desk.objects.count()
    assert "index desk_number already exists. Mend the model" in caught.value.__notes__[0]
    assert here.Lamp.objects.count() == 0
    here = cell(desk.format(second="desk_order"))
    assert here.Desk.objects.count() == 0
    here.connection.cursor().execute("DROP TABLE notebook_desk")
    with pytest.raises(OperationalError) as caught:
        here.Desk.objects.count()
    assert "Something else has removed the table of Desk" in caught.value.__notes__[0]
    cell("class Desk(models.Model): pass")


def test_what_makes_tables_is_in_nobodys_list_of_queries(cell: Cell) -> None:
    from django.test.utils import CaptureQueriesContext

    here = cell(AUTHOR)
    with CaptureQueriesContext(here.connection) as queries:
        here.Author.objects.count()
    assert [query["sql"] for query in queries] == ['SELECT COUNT(*) AS "__count" FROM "notebook_author"']


def test_a_wrapper_of_the_learners_own_does_not_drive_the_tables_away(cell: Cell) -> None:
    def notebook() -> int:
        here = cell(AUTHOR)
        with here.connection.execute_wrapper(lambda execute, *rest: execute(*rest)):
            here.Author.objects.count()
        count = cell("class Reader(models.Model): pass").Reader.objects.count()
        here.connection.close()
        return count

    with ThreadPoolExecutor(1) as pool:  # A thread has a connection of its own, which opens inside the wrapper.
        assert pool.submit(notebook).result() == 0


def test_a_change_of_a_table_by_hand_leaves_its_model_alone(cell: Cell) -> None:
    here = cell(AUTHOR)
    here.Author.objects.create(name="Austen")
    longer = here.models.CharField(max_length=90)
    longer.set_attributes_from_name("name")
    with here.connection.schema_editor() as editor:
        editor.alter_field(here.Author, here.Author._meta.get_field("name"), longer)
    assert here.Author.objects.get().name == "Austen"


def test_a_transaction_may_be_the_first_to_need_a_table(cell: Cell) -> None:
    here = cell(AUTHOR)
    with pytest.raises(ZeroDivisionError), here.transaction.atomic():
        here.Author.objects.create(name=1 / 0)
    with here.transaction.atomic():
        here.Author.objects.create(name="Austen")
    assert here.Author.objects.count() == 1


def test_a_transaction_may_be_the_first_to_need_a_table_on_postgresql_too() -> None:
    need_postgresql()
    notebook = """
        from course.frameworks.django import django_setup
        from course.frameworks.services import database

        django_setup(DATABASES={"default": database("postgresql").django})
        from django.db import models, transaction

        class Book(models.Model):
            title = models.CharField(max_length=50)

        Book.objects.bulk_create([Book(title="Emma")])

        class Item(models.Model):
            title = models.CharField(max_length=50)

        class Film(Item):
            minutes = models.IntegerField()

        Film.objects.create(title="Metropolis", minutes=153)

        class Member(models.Model):
            name = models.CharField(max_length=50)

        with transaction.atomic():
            Member.objects.create(name="Ada")
            with transaction.atomic():
                Member.objects.create(name="Ben")

        class Stamp(models.Model):
            pass

        transaction.set_autocommit(False)
        Stamp.objects.create()
        transaction.commit()
        transaction.set_autocommit(True)
        print(*[model.objects.count() for model in (Book, Film, Member, Stamp)])
    """
    result = subprocess.run([sys.executable, "-c", dedent(notebook)], capture_output=True, text=True, check=False)
    assert (result.stdout, result.stderr) == ("1 1 2 1\n", "")


def test_a_model_that_is_defined_inside_a_transaction_says_where_it_belongs(cell: Cell) -> None:
    from django.db import OperationalError

    with pytest.raises(OperationalError) as caught:
        cell(
            """
            with transaction.atomic():
                class Receipt(models.Model):
                    pass
                Receipt.objects.create()
            """
        )
    assert "before `transaction.atomic()` begins" in caught.value.__notes__[0]


def test_many_threads_see_the_same_tables_and_write_at_once(cell: Cell) -> None:
    author = cell(AUTHOR).Author

    def write(number: int) -> None:
        from django.db import connection, transaction

        with transaction.atomic():
            author.objects.count()
            author.objects.create(name=str(number))
        connection.close()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(write, range(200)))
    assert author.objects.count() == 200


def test_a_table_that_one_thread_was_the_first_to_need_is_there_for_the_others(cell: Cell) -> None:
    def count() -> int:
        from django.db import connection

        counted = here.Author.objects.count()
        connection.close()
        return counted

    with ThreadPoolExecutor(1) as pool:
        for _ in range(2):
            here = cell(AUTHOR)
            assert pool.submit(count).result() == 0
            here.Author.objects.create(name="Austen")
            assert pool.submit(count).result() == 1


def test_a_reader_that_is_still_open_is_named_as_what_hides_a_new_table(cell: Cell) -> None:
    from django.db import OperationalError

    here = cell(AUTHOR)
    here.Author.objects.bulk_create([here.Author(name=str(number)) for number in range(9)])
    authors = here.Author.objects.iterator(chunk_size=1)
    next(authors)
    later = cell("class Visitor(models.Model): pass")
    with pytest.raises(OperationalError) as caught:
        later.Visitor.objects.count()
    assert "`.iterator()` that was not read to its end" in caught.value.__notes__[0]
    del authors
    assert later.Visitor.objects.count() == 0


@pytest.mark.parametrize("again", ["tag", "tag thing", "thing", "thing tag"])
def test_generic_relations_follow_both_of_their_ends(cell: Cell, again: str) -> None:
    code = {
        "tag": """
            class Tag(models.Model):
                word = models.CharField(max_length=50)
                content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
                object_id = models.PositiveBigIntegerField()
                thing = GenericForeignKey("content_type", "object_id")
        """,
        "thing": """
            class Thing(models.Model):
                name = models.CharField(max_length=50)
                tags = GenericRelation("Tag", related_query_name="thing_named")
        """,
    }
    cell(
        "from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation\n"
        "from django.contrib.contenttypes.models import ContentType"
    )
    for name in ("tag thing " + again).split():
        here = cell(code[name])
    lamp = here.Thing.objects.create(name="lamp")
    tag = lamp.tags.create(word="bright")
    assert (type(tag), tag.thing, list(lamp.tags.all())) == (here.Tag, lamp, [tag])
    assert here.Thing.objects.get(tags__word="bright") == lamp
    assert here.Tag.objects.get(thing_named__name="lamp") == tag
    assert lamp.delete() == (2, {"notebook.Tag": 1, "notebook.Thing": 1})


def test_the_database_is_a_file_whose_readers_do_not_wait_for_its_writers(cell: Cell) -> None:
    connection = cell(AUTHOR).connection
    assert connection.settings_dict["NAME"].is_relative_to(temp_folder())
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_orm_can_be_awaited_and_leaves_no_thread_that_holds_the_kernel(cell: Cell) -> None:
    author = cell(AUTHOR).Author

    async def notebook() -> int:
        await author.objects.acreate(name="Austen")
        assert author.objects.get().name == "Austen"  # Without await, inside an event loop: cells may.
        return await author.objects.acount()

    before = set(threading.enumerate())
    assert asyncio.run(notebook()) == 1
    assert not [thread for thread in set(threading.enumerate()) - before if not thread.daemon]


def test_content_types_and_permissions_follow(cell: Cell) -> None:
    from django.contrib.auth.models import Permission
    from django.contrib.contenttypes.models import ContentType

    author = cell(AUTHOR).Author
    assert Permission.objects.filter(content_type__model="author", codename="add_author").count() == 1
    assert ContentType.objects.get_for_model(author).model_class() is author


def test_a_fresh_database_has_no_rows_and_counts_from_one(cell: Cell) -> None:
    from django.contrib.auth.models import User

    for _ in range(2):
        fresh_database()
        assert User.objects.create_user("ada", password="lovelace").pk == 1
        assert cell(AUTHOR).Author.objects.create(name="Austen").pk == 1
    assert User.objects.get().check_password("lovelace")


def test_a_fresh_database_numbers_content_types_anew(cell: Cell) -> None:
    from django.contrib.contenttypes.models import ContentType

    cell(AUTHOR + "\nclass Pen(models.Model): pass").Author.objects.count()
    author = cell(AUTHOR).Author
    before = ContentType.objects.get_for_model(author).pk
    fresh_database()
    after = ContentType.objects.get_for_model(author).pk
    assert (after, after == before) == (ContentType.objects.get(model="author").pk, False)


def test_admin_classes_may_be_registered_again_and_go_with_their_model(cell: Cell) -> None:
    from django.contrib import admin

    for _ in range(2):
        author = cell(AUTHOR).Author
        for _ in range(2):
            cell("from django.contrib import admin\n@admin.register(Author)\nclass AuthorAdmin(admin.ModelAdmin): pass")
        assert admin.site.is_registered(author)
    cell(AUTHOR)
    assert not admin.site.is_registered(author)


def test_a_receiver_whose_cell_is_run_again_hears_once(cell: Cell) -> None:
    receiver = """
        from django.db.models.signals import post_save
        from django.dispatch import receiver

        @receiver(post_save, sender=Author)
        def note(sender, instance, **kwargs):
            heard.append(instance.name)
    """
    here = cell(AUTHOR + "heard = []")
    cell(receiver)
    cell(receiver)
    here.Author.objects.create(name="Austen")
    assert here.heard == ["Austen"]


def test_models_work_in_the_shells_that_check_and_grade() -> None:
    setup = "from course.frameworks.django import django_setup\ndjango_setup()\nfrom django.db import models\n"
    use = "assert Author.objects.count() == 0\nBook.objects.create(title='Emma', author=Author.objects.create())"
    (outcomes,) = run_jobs([Job("a notebook", (setup + AUTHOR, BOOK, use, AUTHOR, use, "await Book.objects.aget()"))])
    assert [outcome for outcome in outcomes if outcome.error or outcome.stderr] == []


def test_which_tables_are_made_is_worked_out_from_the_models_alone(cell: Cell) -> None:
    here = cell(AUTHOR + BOOK + "class Stamp(models.Model): pass")
    wanted = {model._meta.db_table: model for model in (here.Author, here.Book, here.Stamp)}
    assert outdated(wanted, {}) == [here.Author, here.Book, here.Stamp]
    assert outdated(wanted, wanted) == []
    assert outdated(wanted, {**wanted, "notebook_author": object}) == [here.Author, here.Book]
