# run.sh PROGRAM: one line a test, "ok NAME" or "not ok NAME"; exits 1 when one fails.
program=$1
failed=0

# field NAME N LINE EXPECTED
field() {
  actual=$(printf '%s\n' "$3" | "$program" "$2")
  if [ $? -eq 0 ] && [ "$actual" = "$4" ]; then
    echo "ok $1"
  else
    echo "not ok $1"
    failed=1
  fi
}

field first_of_three 1 'bolt,12,panel' 'bolt'
field last_of_three 3 'bolt,12,panel' 'panel'
field none_is_empty 4 'bolt,12,panel' ''
field comma_in_quotes 2 'a,"b,c",d' '"b,c"'
field fourth_of_four 4 'a,b,c,d' 'd'
field fifth_of_five 5 'a,b,c,d,e' 'e'
field ninth_of_ten 9 'a,b,c,d,e,f,g,h,i,j' 'i'
field empty_line 1 '' ''
exit $failed
