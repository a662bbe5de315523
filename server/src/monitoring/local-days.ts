export { localDayNamed, localDayOf, localDaysOf } from '../shared/local-days.ts';
