import admin from './admin.json'
import bulk from './bulk.json'
import calls from './calls.json'
import card from './card.json'
import custom from './custom.json'
import duplicates from './duplicates.json'
import filters from './filters.json'
import frame from './frame.json'
import imports from './imports.json'
import requests from './requests.json'
import sales from './sales.json'
import terms from './terms.json'

export const words = { ...frame, ...filters, ...card, ...requests, ...sales, ...calls, ...admin, ...imports, ...duplicates, ...bulk, ...custom, ...terms }
