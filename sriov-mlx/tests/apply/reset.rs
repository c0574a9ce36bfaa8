//! Loading values by a reset of the firmware: who is asked, what is removed, and what is left if it
//! does not work.
