// RiskScoring
