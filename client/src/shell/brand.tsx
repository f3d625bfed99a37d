import { Link } from 'react-router';
import icon from '../icon.svg';
import { texts } from '../texts/texts.js';
import classes from './shell.module.css';

export function Brand() {
  return (
    <Link to="/" className={classes.brand}>
      <img src={icon} alt="" width={28} height={28} />
      {texts.app}
    </Link>
  );
}
