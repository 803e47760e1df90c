// ReferralRouting
