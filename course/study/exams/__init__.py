"""Practice exams: blueprints, forms, the sitting, its report, and how ready a learner is."""
