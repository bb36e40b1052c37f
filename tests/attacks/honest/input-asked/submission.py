# %% added
name = input("What is your name? ")

# %% added
import getpass

getpass.getpass()
