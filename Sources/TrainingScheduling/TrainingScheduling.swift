// TrainingScheduling
