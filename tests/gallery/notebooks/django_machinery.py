# ---
# title: Middleware, signals and commands of Django in a notebook
# minutes: 10
# ---

# %% [markdown]
# # Middleware, signals and commands

# %%
import io

from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import models
from django.db.models.signals import post_save
from django.dispatch import Signal, receiver
from django.http import HttpResponse
from django.urls import path

from course import client, django_app, django_setup

django_setup()


class Loan(models.Model):
    title = models.CharField(max_length=50)
    days = models.IntegerField(default=28)


# %% [markdown]
# ## Signals

# %%
heard = []
overdue = Signal()


@receiver(post_save, sender=Loan)
def note(sender, instance, created, **kwargs):
    heard.append(f"{'lent' if created else 'changed'}: {instance.title}")


@receiver(overdue, dispatch_uid="remind")
def remind(sender, loan, **kwargs):
    heard.append(f"overdue: {loan.title}")


# %%
heard.clear()
loan = Loan.objects.create(title="Emma")
loan.save()
overdue.send(sender=None, loan=loan)
heard

# %% [markdown]
# ## Middleware, in and out

# %%
order = []


def logged(name):
    def factory(get_response):
        def middleware(request):
            order.append(f"{name} in")
            response = get_response(request)
            order.append(f"{name} out")
            return response

        return middleware

    return factory


class Failures:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        order.append(f"before {view.__name__}")

    def process_exception(self, request, exception):
        return HttpResponse(f"sorry: {exception}", status=500)


def lend(request):
    order.append("lend")
    raise ValueError("no such book")


desk = django_app([path("", lend)], MIDDLEWARE=[logged("outer"), logged("inner"), Failures])
answer = client(desk).get("/")
assert answer.text == "sorry: no such book"
order

# %% [markdown]
# ## Commands


# %%
class Command(BaseCommand):
    help = "Lends a book."

    def add_arguments(self, parser):
        parser.add_argument("title")
        parser.add_argument("--days", type=int, default=28)

    def handle(self, *, title, days, **options):
        if not title:
            raise CommandError("A loan needs a title.")
        Loan.objects.create(title=title, days=days)
        self.stdout.write(self.style.SUCCESS(f"{title} for {days} days"))


call_command(Command(), "Dracula", days=7)
assert Loan.objects.get(title="Dracula").days == 7
try:
    call_command(Command(), "")
except CommandError as error:
    print(error)

# %%
call_command("check")
out = io.StringIO()
Loan.objects.exclude(title="Emma").delete()
call_command("dumpdata", "notebook.Loan", stdout=out, indent=1)
assert '"title": "Emma"' in out.getvalue()
try:
    call_command("makemigrations", "notebook")
except ValueError as error:
    print(error)
call_command("migrate", verbosity=0)
