# ---
# title: Django templates and forms in a notebook
# minutes: 10
# ---

# %% [markdown]
# # Templates and forms
#
# Members of the library leave their wishes. The templates stand in the notebook.

# %%
import re

from django import forms, template
from django.contrib import messages
from django.db import models
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import path

from course import client, django_app, django_setup

django_setup()

templates = {
    "base.html": """{% load static %}<!doctype html><title>{% block title %}{% endblock %}</title>
<link rel="stylesheet" href="{% static 'library.css' %}">
{% for message in messages %}<p class="{{ message.tags }}">{{ message }}</p>{% endfor %}
{% block content %}{% endblock %}""",
    "wishes/list.html": """{% extends "base.html" %}{% load notebook %}
{% block title %}Wishes{% endblock %}
{% block content %}<ul>{% for wish in wishes %}<li>{{ wish.title|shout }} {% stars wish.stars %}</li>{% endfor %}</ul>
<a href="{% url 'wish' %}">Wish</a>{% endblock %}""",
    "wishes/form.html": """{% extends "base.html" %}{% block content %}
<form method="post">{% csrf_token %}{{ form }}<button>Wish</button></form>{% endblock %}""",
}

# %% [markdown]
# ## Tags and filters of this notebook
#
# What a project keeps in `templatetags/` is loaded here as `notebook`.

# %%
register = template.Library()


@register.filter
def shout(text):
    return text.upper()


@register.simple_tag
def stars(number):
    return "*" * number


# %% [markdown]
# ## A model, its form, and the pages


# %%
class Wish(models.Model):
    title = models.CharField(max_length=40)
    stars = models.IntegerField(default=3)


class WishForm(forms.ModelForm):
    class Meta:
        model = Wish
        fields = ["title", "stars"]

    def clean_stars(self):
        stars = self.cleaned_data["stars"]
        if not 1 <= stars <= 5:
            raise forms.ValidationError("One star to five.")
        return stars


def wishes(request):
    return render(request, "wishes/list.html", {"wishes": Wish.objects.order_by("title")})


def wish(request):
    form = WishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "We heard you.")
        return redirect("wishes")
    return render(request, "wishes/form.html", {"form": form})


library = django_app([path("", wishes, name="wishes"), path("wish/", wish, name="wish")], templates=templates)

# %% [markdown]
# ## As a browser does it

# %%
Wish.objects.all().delete()
browser = client(library, follow_redirects=True)


def send(address, **data):
    """Reads the form first, and sends the token that stands in it."""
    token = re.search('name="csrfmiddlewaretoken" value="(.+?)"', browser.get(address).text)[1]
    return browser.post(address, data={"csrfmiddlewaretoken": token, **data})


assert browser.post("/wish/", data={"title": "Emma", "stars": 4}).status_code == 403
refused = send("/wish/", title="Emma", stars=9)
assert "One star to five." in refused.text
page = send("/wish/", title="Emma", stars=4)
assert "<li>EMMA ****</li>" in page.text
assert '<p class="success">We heard you.</p>' in page.text
assert "We heard you" not in browser.get("/").text
assert 'href="/static/library.css"' in page.text

# %% [markdown]
# ## Templates and forms without a request

# %%
assert "EMMA" in render_to_string("wishes/list.html", {"wishes": Wish.objects.all()})
form = WishForm({"title": "", "stars": 2})
assert not form.is_valid()
form.errors.as_json()

# %%
Shelf = forms.modelformset_factory(Wish, form=WishForm, extra=1)
data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-title": "Dracula", "form-0-stars": "5"}
shelf = Shelf({**data, "form-1-title": "Ulysses", "form-1-stars": "7"}, queryset=Wish.objects.none())
assert not shelf.is_valid()
shelf.errors

# %% [markdown]
# ## Another program, other templates

# %%
other = django_app([path("", wishes), path("wish/", wish, name="wish")], templates={**templates, "base.html": "plain"})
assert client(other).get("/").text == "plain"
assert "EMMA" in client(library).get("/").text

# %% [markdown]
# ## Templates in files

# %%
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as folder:
    page = Path(folder) / "wishes" / "list.html"
    page.parent.mkdir()
    page.write_text("{{ wishes|length }} wish{{ wishes|pluralize:'es' }}", encoding="utf-8")
    filed = django_app([path("", wishes)], templates=folder)
    assert client(filed).get("/").text == "1 wish"
