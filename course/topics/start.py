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
#    cells again from the top: quizzes and hints need that.
# 2. Before a program runs, a quiz asks what it will do. Commit to an answer, then run the program.
# 3. Go on to the exercises of the topic. Fill in the cells, run the tests below them, and take a hint when you are stuck.
#
# Everything you open is your own copy. Change it, break it, save it. To see here what you have done since, run the cell below.

# %%
from course import start

start()
