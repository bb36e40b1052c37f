# ---
# title: Start
# minutes: 5
# ---

# %% [markdown]
# # Threeways: Django, Flask and FastAPI side by side
#
# You learn three web frameworks at once, because they answer the same questions in three ways. Every program here runs in its cell. You
# predict, run, compare, and solve exercises that grade themselves.
#
# **How it goes**
#
# 1. Open a lesson from the map below. Put the cursor into a cell and press **Shift + Enter** to run it. When you come back another day, run its
#    cells again from the top: quizzes and hints go on where you were.
# 2. Before a program runs, a quiz asks what it will do. Commit to an answer, then run the program.
# 3. Go on to the exercises of the topic. Fill in the cells, run the tests below them, and take a hint when you are stuck.
# 4. Come back on most days for the cards further down. What you answer is kept in your journal, and comes back when you are about to forget it.
#
# Everything you open is your own copy. Change it, break it, save it. To see here what you have done since, run the cell below.

# %%
from course import start

start()

# %% [markdown]
# ## Cards and mistakes
#
# Ten minutes here keep what you have learnt. Think of the answer first, then look: **Space** shows it, **1** to **4** say how well you knew it,
# **u** takes the last one back. Cards of a topic come once you have begun it.

# %%
from course import cards

cards()

# %% [markdown]
# What you got wrong waits here until it was right twice, on different days.

# %%
from course import mistakes

mistakes()

# %% [markdown]
# ## Your plan
#
# Say when your exam or interview is and how much time you have. The plan says what to do on which day, and is made anew when things go
# otherwise.

# %%
from course import plan

plan()

# %% [markdown]
# ## Practice exams and interviews
#
# An exam is timed and closed book: close your notes, and the lessons. If the power fails, it goes on where you were.

# %%
from course import exam

exam()

# %%
from course import interview

interview()

# %% [markdown]
# ## How you are doing

# %%
from course import progress

progress()

# %% [markdown]
# ## Take it along
#
# Here you see where your journal lies, download it together with your notebooks, and bring it to another computer.

# %%
from course import backup

backup()
