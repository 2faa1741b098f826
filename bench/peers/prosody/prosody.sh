able_prosody() { :; }
stop_prosody() { :; }
