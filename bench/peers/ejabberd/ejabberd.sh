able_ejabberd() { :; }
stop_ejabberd() { :; }
